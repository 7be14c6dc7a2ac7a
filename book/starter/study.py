# %% [markdown]
# # A study of your own
#
# Can a label be predicted in plants, mice or patients that the model has not seen?
# Change the settings, then run all. The README explains what is printed.

# %% What the steps below use
import torch
from torch import nn

import design
import files
import images
import judge
import report


# %% Settings
class Settings:
    TABLE = "samples/table.csv"  # .csv or .xlsx
    SHEET = None  # the sheet's name, if an Excel file has several
    LABEL = "treatment"  # the column to be predicted
    KIND = "classes"  # or "number", such as an age
    GROUP = "mouse"  # what was sampled, and will be new when the method is used
    UNIT = None  # if labels differ within groups: what was given one, such as the dish
    BLOCK = None  # if labels were dealt out within plates or days: that column
    FEATURES = ["area", "roundness", "dna", "mito"]  # numbers to learn from
    GAPS = None  # or "median" or "mean", by which missing features are filled
    IMAGES = None  # or a folder of TIFFs to learn from, such as "samples/images"
    IMAGE = "image"  # then: the column that names the files
    MASKS = None  # or a folder of masks of the same names, to measure shapes
    SIZE = 32  # for the network, images are resized to so many pixels a side
    NUISANCE = ["plate"]  # columns that should tell nothing, such as the day
    NEW = None  # or a table of new samples to be predicted, such as "new.xlsx"
    FOLDS = 6  # rounds of cross-validation
    EPOCHS = 30  # of the network
    PERMUTATIONS = 499  # of the labels, in the test
    SEED = 0


# %% The network: its layers, for a table or for images, and its training
def make_network(shape, outputs):
    """Return layers for inputs of a shape: (features,), or (channels, size, size)."""
    if len(shape) == 1:
        return nn.Sequential(
            nn.Linear(shape[0], 32),
            nn.ReLU(),
            nn.Linear(32, outputs),
        )
    channels, size, _ = shape
    return nn.Sequential(
        nn.Conv2d(channels, 8, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * (size // 4) ** 2, outputs),
    )


def train(network, X, y, loss_fn):
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    for _ in range(Settings.EPOCHS):
        for batch in torch.randperm(len(X)).split(20):
            loss = loss_fn(network(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


# %% 1. Read the table, what may give the label away, and what the models learn from.
notes = report.Notes()
settings = design.check_settings(Settings, notes)
table = files.read_table(settings.TABLE, settings.SHEET, settings.columns, notes)
table = files.drop_means(table, settings, notes)
words = files.read_words(table, settings.named + settings.NUISANCE, notes)
nuisance, confounded = design.find_nuisance(words, settings, notes)
inputs = images.read_inputs(table, words, settings, notes)

# %% 2. Find what got a label, and what is held back whole.
samples = design.find_samples(table, words, settings, notes)

# %% 3. Say what this design can show at best.
ways, least_p = design.find_ways(samples, settings, notes)

# %% 4. Choose models; only the linear one, which is fixed beforehand, will be tested.
# Another has to give probabilities; sklearn's make_pipeline scales what it learns from.
linear, forest, tree = judge.make_models(settings)
network = judge.Network(make_network, train, settings.KIND, settings.SEED)
models = {"linear": linear, "forest": forest, "network": network}

# %% 5. Let them answer in the same rounds, beside controls that should find nothing.
runs = judge.plan_runs(models, inputs, settings)
controls = judge.plan_controls(words, nuisance, inputs.features, settings)
rounds = design.make_rounds(samples, settings, notes)
answers = judge.cross_validate(runs | controls, samples, rounds)

# %% 6. Show the groups: which are right, and which are not?
units = judge.judge_units(answers["linear"], samples)
units = report.list_units(units, words, samples, nuisance)
print(f"\n{units.round(2).to_string()}\n")

# %% 7. Test the linear model, and the controls, with labels permuted.
tested = {"linear": runs["linear"]} | controls
permuted, p = judge.permute_labels(tested, samples, ways, least_p, settings)

# %% 8. Score them all.
summary, scores = judge.summarise(answers, permuted, p, samples, rounds)
print(f"\n{summary.round(2).to_string()}\n")

# %% 9. Look for what else may explain the score of the linear model.
worth, too_good = judge.look_at_features(inputs, samples, rounds, settings)
doubts = confounded | too_good | design.find_twins(inputs.features)
doubts |= judge.find_doubts(models, summary, scores, p, words, samples)

# %% 10. Say what follows.
verdict = report.find_verdict(
    permuted["linear"], p["linear"], least_p, doubts, worth, samples, settings
)
report.say_verdict(verdict, notes)

# %% 11. Write the page of results; predict new samples, by the linear model or another.
picture = report.draw_units(units, answers["linear"], permuted["linear"], samples)
methods = report.write_methods(
    verdict, summary, rounds, inputs, ways, least_p, samples, settings
)
report.write_page(verdict, picture, units, summary, worth, methods, notes, settings)
if settings.NEW:
    report.predict_new(runs["linear"], inputs, samples, verdict, settings, notes)
