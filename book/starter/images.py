"""Reading images, and measuring them for models that see no pixels."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
from skimage import feature, filters, measure
from torch import nn

from files import list_some, read_numbers

tifffile.logger().disabled = True  # a damaged file is told below, by its row

SIZES = (16, 32, 64, 128, 256)  # those that can be proposed for the network
LEVELS = 16  # of grey, for texture
DISTANCES = (1, 2, 4, 8)  # in pixels of the image as it was taken, for texture
BRIGHTNESS = ("mean of", "SD of")  # with these, names of features begin
SHARPNESS = ("gradient of", "contrast at 1 ", "contrast at 2 ")


@dataclass(frozen=True)
class Inputs:
    """What models learn from: the network from pixels, all else from features."""

    features: pd.DataFrame  # numbers (rows, features)
    pixels: torch.Tensor | None  # (rows, channels, size, size), if there are images
    kind: str | None = None  # of the images, in words


def read_inputs(table, words, settings, notes, kind=None):
    """Return the inputs of a table's rows; words are its text.

    kind: what images have to be. Within BLOCK, features are differences from its mean.
    """
    if settings.IMAGES:
        images, found = read_images(table, settings.IMAGES, settings, notes, kind)
        masks = [None] * len(images)
        if settings.MASKS:
            masks, _ = read_images(table, settings.MASKS, settings, notes, None)
        notes.stop()
        features = pd.DataFrame(map(measure_image, images, masks), table.index)
        resize = nn.AdaptiveAvgPool2d(settings.SIZE)
        pixels = torch.stack([resize(torch.tensor(image)) for image in images])
        if not kind:  # then this is the study, which has a network
            say_what_is_lost(images, settings, notes)
    else:
        features = read_numbers(table, settings.FEATURES, settings.GAPS, notes)
        pixels, found = None, None
    if settings.BLOCK:
        blocks = features.groupby(words[settings.BLOCK])
        features = features - blocks.transform("mean")
    return Inputs(features, pixels, found)


def read_images(table, folder, settings, notes, kind):
    """Return images, each (channels, height, width), and in words their kind."""
    paths = [*Path(folder).rglob("*.[tT][iI][fF]*")]
    files = {
        path.relative_to(folder).with_suffix("").as_posix().lower(): path
        for path in paths
    }
    if len(files) < len(paths):
        notes.faults.append(f"{folder}: a name ends in .tif and .tiff; delete one.")
    images, faults, usual = [], {}, kind
    for row, name in table[settings.IMAGE].items():
        key = re.sub(r"\.tiff?$", "", str(name).lower().replace("\\", "/"))
        try:
            image, found = read_image(files.pop(key, None))
            if folder != settings.MASKS and image.min() == image.max():
                raise ValueError("it is blank")
            usual = usual or found
            if found != usual:
                raise ValueError(f"it has {found}, where others have {usual}")
            images.append(image)
        except Exception as error:  # whatever it is, the file's name is what is needed
            reason = " ".join(str(error).split())[:150]
            faults.setdefault(reason, []).append(f"row {row} ({name})")
    for reason, rows in faults.items():
        notes.faults.append(
            f"{folder} and {table.columns.name}, {list_some(rows)}: {reason}. "
            "Correct that, or delete its row."
        )
    if files and not faults and not kind:
        notes.say(f"{folder}: not in the study: {list_some(sorted(files))}.")
    return images, usual


def read_image(path):
    """Return an image (channels, height, width), and in words what kind it is."""
    if path is None:
        raise ValueError("no TIFF has this name and folder, or another row has it, too")
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError("it holds several pictures; export one of them")
        image, axes = file.series[0].asarray(), file.series[0].axes
    pixel = image.dtype
    for axis, count in zip(axes, image.shape, strict=True):
        if axis not in "YXCS" and count > 1:  # height, width, channels, colours
            raise ValueError(
                f"it has {count} planes: save their projection, or say in the file "
                "that they are channels"
            )
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all():
        raise ValueError("it has pixels that are no numbers")
    return image, f"{len(image)} channels of {pixel}"


def measure_image(image, mask):
    """Return measurements of an image (channels, height, width), by their names.

    mask (1, height, width), if there is one: 0 outside of objects.
    """
    measured = {}
    for number, channel in enumerate(image, 1):
        for name, value in measure_channel(channel).items():
            measured[f"{name} of channel {number}"] = float(value)
    if mask is not None:
        measured |= measure_shape(mask[0])
    return measured


def measure_channel(channel):
    """Return brightness, how it is gathered, and texture of a channel (height, width).

    Texture is how much pixels differ from others at some distances. Grey levels are
    such that each has as many pixels: so brightness and contrast do not enter. Contrast
    is that of the co-occurrence matrix (Haralick et al. 1973), the mean squared
    difference of levels; the gradient is Sobel's, of the evened channel.
    """
    measured = {"mean": channel.mean(), "SD": channel.std()}
    blocks = nn.AdaptiveAvgPool2d(8)(torch.tensor(channel)[None])
    blocks = (blocks - blocks.mean()) / blocks.std().clamp(min=1e-12)
    measured |= {"block max": blocks.max(), "block SD": nn.AvgPool2d(2)(blocks).std()}
    for q in (0.05, 0.5, 0.95):
        measured[f"block {q:.0%} quantile"] = blocks.quantile(q)
    limits = np.quantile(channel, np.linspace(0, 1, LEVELS + 1)[1:-1])
    levels = np.digitize(channel, limits).astype("uint8")
    pairs = feature.graycomatrix(levels, DISTANCES, [0, np.pi / 2], LEVELS, normed=True)
    contrast = feature.graycoprops(pairs, "contrast").mean(axis=1)
    for distance, value in zip(DISTANCES, contrast, strict=True):
        measured[f"contrast at {distance} px"] = value
    evened = (channel - channel.mean()) / max(channel.std(), 1e-12)
    measured["gradient"] = np.log(filters.sobel(evened).mean() + 1e-12)
    return measured


def measure_shape(mask):
    """Return how many objects a mask has, and means of their size and outline, or 0."""
    labels = mask.astype(int) if mask.max() > 1 else measure.label(mask > 0)
    if len(np.unique(labels)) == 2:  # such as 0 and 255: all objects have one number
        labels = measure.label(labels > 0)
    properties = ("area", "eccentricity", "solidity", "perimeter")
    objects = measure.regionprops_table(labels, properties=properties)
    n = len(objects["area"])
    shape = {f"{it} of objects": sum(objects[it]) / max(n, 1) for it in properties}
    return {"number of objects": n} | shape


def say_what_is_lost(images, settings, notes):
    """Say how much of the images' contrast is left at SIZE, and propose a size."""
    some = [torch.tensor(image) for image in images[:: 1 + len(images) // 20]]
    side = min(min(image.shape[1:]) for image in some)
    kept = {}
    for size in sorted({*SIZES, settings.SIZE}):
        resize = nn.AdaptiveAvgPool2d(size)
        shares = [resize(image).std((1, 2)) / image.std((1, 2)) for image in some]
        of_channels = torch.stack(shares).nanmean(0)
        kept[size] = float(of_channels.nan_to_num(1).min())  # 1: it is blank
    size, left = settings.SIZE, kept[settings.SIZE]
    text = f"For the network, {side} x {side} pixels become {size} x {size}: {left:.0%}"
    text += " of the SD of grey values is left in the channel that loses most."
    enough = [size for size in kept if size <= side and kept[size] >= 0.9]
    if enough and left < 0.9:
        text += f" SIZE = {min(enough)} keeps 90% or more, and takes longer."
    notes.say(text)
