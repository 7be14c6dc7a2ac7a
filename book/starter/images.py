"""Reading images, and measuring them for models that see no pixels."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
from skimage import feature, filters, measure
from torch import nn

from files import list_cells, list_some, read_numbers

tifffile.logger().disabled = True  # a damaged file is told below, by its row

SIZES = (16, 32, 64, 128, 256)  # those that can be proposed for the network
LEVELS = 16  # of grey, for texture
DISTANCES = (1, 2, 4, 8)  # in pixels of the image as it was taken, for texture
BRIGHTNESS = ("mean of", "SD of")  # with these, names of features begin
SHARPNESS = ("gradient of", "contrast at 1 ", "contrast at 2 ")


@dataclass(frozen=True)
class Inputs:
    """What models learn from: the network from pixels, the others from features."""

    features: np.ndarray  # (rows, features)
    names: list  # of the features
    pixels: torch.Tensor  # (rows, channels, size, size); without images, the features
    kind: str | None = None  # of the images, in words

    def pick(self, starts, is_picked=True):
        """Return the features whose names begin in one of some ways, or all others."""
        columns = [name.startswith(starts) == is_picked for name in self.names]
        return self.features[:, columns]


def read_inputs(table, words, settings, notes, kind=None):
    """Return the inputs of a table's rows; words are its text.

    kind: what images must be. Within BLOCK, features are differences from its mean.
    """
    if not settings.IMAGES:
        names = settings.FEATURES
        features = read_numbers(table, names, settings.GAPS, notes)
        say_far(pd.DataFrame(features, table.index, names), notes)
        features = centre(features, words, settings)
        return Inputs(features, names, features)
    images, found = read_images(table, settings.IMAGES, settings, notes, kind)
    masks = [None] * len(images)
    if settings.MASKS:
        masks, _ = read_images(table, settings.MASKS, settings, notes, None)
    notes.stop()
    measured = [
        measure_image(image, mask) for image, mask in zip(images, masks, strict=True)
    ]
    features = np.array([list(row.values()) for row in measured])
    features = centre(features, words, settings)
    resize = nn.AdaptiveAvgPool2d(settings.SIZE)
    pixels = torch.stack([resize(torch.tensor(image)) for image in images])
    if kind is None:  # a study, which may use the network
        say_what_is_lost(images, settings, notes)
    return Inputs(features, list(measured[0]), pixels, found)


def centre(features, words, settings):
    """Return features (rows, features) less their means in each block, if there are."""
    if not settings.BLOCK:
        return features
    means = pd.DataFrame(features).groupby(words[settings.BLOCK].to_numpy())
    return features - means.transform("mean").to_numpy()


def say_far(cells, notes):
    """Say which numbers are off by ten times the range of the middle half."""
    low, middle, high = (cells.quantile(q) for q in (0.25, 0.5, 0.75))
    is_far = (cells - middle).abs() > 10 * (high - low)
    if is_far.any(axis=None):
        listed = list_cells(cells.map("{:.4g}".format), is_far)
        notes.say(f"Far from all others, perhaps a slip: {listed}.")


def read_images(table, folder, settings, notes, kind):
    """Return images, each (channels, height, width), and in words their kind."""
    files = find_files(folder)
    images, faults = {}, {}
    for row, name in table[settings.IMAGE].items():
        try:
            path = Path(str(name))  # for the message, if it is not found
            path = find_file(str(name), files)
            if path in images:
                raise ValueError("another row has this image, too")
            image, found = read_image(path, settings.PLANES)
            kind = kind or found
            if found != kind:
                raise ValueError(f"it has {found}, where others have {kind}")
            images[path] = image
        except Exception as error:  # whatever it is, the file's name is what is needed
            reason = " ".join(str(error).split())[:150]
            faults.setdefault(reason, []).append(f"row {row} ({path.name})")
    for reason, rows in faults.items():
        notes.add_fault(
            f"{folder}, in the table's {list_some(rows)}: {reason}. "
            "Correct that, or delete its row."
        )
    surplus = {path.name for paths in files.values() for path in paths - {*images}}
    if surplus and not faults:
        notes.say(f"{folder}: left out, without a row: {list_some(sorted(surplus))}.")
    return list(images.values()), kind


def find_files(folder):
    """Return the TIFFs of a folder and its subfolders: sets of paths, by name."""
    files = {}
    for path in Path(folder).rglob("*"):
        if path.suffix.lower() in {".tif", ".tiff"}:
            files.setdefault(path.stem.lower(), set()).add(path)
    return files


def find_file(name, files):
    """Return the path of an image that a table names, with or without its folder."""
    wanted = Path(name.lower().replace("\\", "/"))
    if wanted.suffix in {".tif", ".tiff"}:
        wanted = wanted.with_suffix("")
    found = [
        path
        for path in files.get(wanted.name, ())
        if f"/{path.with_suffix('').as_posix().lower()}".endswith(f"/{wanted}")
    ]
    if not found:
        raise ValueError("no TIFF in it or in its subfolders has this name")
    if len(found) > 1:
        places = list_some(sorted(path.parent.as_posix() for path in found))
        raise ValueError(f"TIFFs of this name are in {places}: add the folder to it")
    return found[0]


def read_image(path, planes):
    """Return an image (channels, height, width), and in words what kind it is."""
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError(
                f"it holds {len(file.series)} pictures; export one of them"
            )
        image, axes = file.series[0].asarray(), file.series[0].axes
    kept = axes if planes == "channels" else "YXCS"  # height, width, channels, colours
    stacked = tuple(i for i, axis in enumerate(axes) if axis not in kept)
    many = prod(image.shape[i] for i in stacked)
    pixel = image.dtype
    if many > 1 and planes not in {"max", "mean"}:
        raise ValueError(
            f"it has {many} planes; are they channels, or a stack? Set PLANES"
        )
    image = image.mean(stacked) if planes == "mean" else image.max(stacked)
    axes = [axis for axis in axes if axis in kept]
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all() or image.min() == image.max():
        raise ValueError("it is blank, or has pixels that are no numbers")
    return image, f"{len(image)} channels of {pixel}"


def measure_image(image, mask):
    """Return measurements of an image (channels, height, width), by their names.

    mask (1, height, width), if there is one: 0 outside of objects.
    """
    measured = {}
    for number, channel in enumerate(image, 1):
        of_channel = {"mean": channel.mean(), "SD": channel.std()}
        of_channel |= measure_spread(channel) | measure_texture(channel)
        for name, value in of_channel.items():
            measured[f"{name} of channel {number}"] = float(value)
    if mask is not None:
        measured |= measure_shape(mask[0])
    return measured


def measure_spread(channel):
    """Return how the brightness of 8 x 8 blocks is gathered or spread."""
    blocks = nn.AdaptiveAvgPool2d(8)(torch.tensor(channel)[None])
    blocks = (blocks - blocks.mean()) / blocks.std().clamp(min=1e-12)
    spread = {"block max": blocks.max(), "block SD": nn.AvgPool2d(2)(blocks).std()}
    for q in (0.05, 0.5, 0.95):
        spread[f"block {q:.0%} quantile"] = blocks.quantile(q)
    return spread


def measure_texture(channel):
    """Return how much pixels differ from others at some distances.

    Grey levels are such that each has as many pixels: so brightness and contrast do not
    enter. Contrast is that of the co-occurrence matrix (Haralick et al. 1973), the mean
    squared difference of levels; the gradient is Sobel's, of the evened channel.
    """
    limits = np.quantile(channel, np.linspace(0, 1, LEVELS + 1)[1:-1])
    levels = np.digitize(channel, limits).astype("uint8")
    pairs = feature.graycomatrix(levels, DISTANCES, [0, np.pi / 2], LEVELS, normed=True)
    contrast = feature.graycoprops(pairs, "contrast").mean(axis=1)
    texture = {
        f"contrast at {distance} px": value
        for distance, value in zip(DISTANCES, contrast, strict=True)
    }
    evened = (channel - channel.mean()) / max(channel.std(), 1e-12)
    texture["gradient"] = np.log(filters.sobel(evened).mean() + 1e-12)
    return texture


def measure_shape(mask):
    """Return means over the objects of a mask: size and outline."""
    labels = mask.astype(int) if mask.max() > 1 else measure.label(mask > 0)
    if len(np.unique(labels)) == 2:  # such as 0 and 255: all objects have one number
        labels = measure.label(labels > 0)
    properties = ("area", "eccentricity", "solidity", "perimeter")
    objects = measure.regionprops_table(labels, properties=properties)
    shape = {f"{name} of objects": np.mean(objects[name]) for name in properties}
    return {"number of objects": len(objects["area"])} | shape


def say_what_is_lost(images, settings, notes):
    """Say how much of the images' contrast is left at SIZE, and propose a size."""
    some = [torch.tensor(image) for image in images[:: 1 + len(images) // 20]]
    before = torch.stack([image.std((1, 2)) for image in some]).mean(0)  # (channels,)
    side = min(min(image.shape[1:]) for image in some)
    kept = {}
    for size in sorted({*SIZES, settings.SIZE}):
        resize = nn.AdaptiveAvgPool2d(size)
        after = torch.stack([resize(image).std((1, 2)) for image in some]).mean(0)
        kept[size] = float((after / before).min())
    left = f"{kept[settings.SIZE]:.0%} of the SD of grey values is left"
    text = f"For the network, {side} x {side} pixels become {settings.SIZE} x "
    text += f"{settings.SIZE}: {left}, in the channel that loses most."
    if settings.SIZE < side:
        lost = side / settings.SIZE
        text += f" Spots under {lost:.0f} pixels fade, and stripes finer than "
        text += f"{2 * lost:.0f} vanish."
    enough = [size for size in kept if size < side and kept[size] >= 0.9]
    if enough and kept[settings.SIZE] < 0.9:
        size = min(enough)
        text += f" SIZE = {size} keeps {kept[size]:.0%}, and takes longer."
    notes.say(text)
