"""Evidence of chapter 02: losses, wires and brushes, and ones never seen, on several seeds."""

SEEDS = range(1, 6)
evidence = {}


def sigmoid_squared_error(x, logits):
    return squared_error(x, ops.sigmoid(logits))


def redraws(seed, network, loss, pictures):
    """What a network, trained on pictures, makes of the test pictures, between 0 and 1."""
    keras.utils.set_random_seed(seed)
    network = network()
    train(network, loss, pictures, verbose=0)
    output = network.predict(x_test, batch_size=1000, verbose=0)
    return output.clip(0, 1) if loss is squared_error else sigmoid(output)


def auc_of_ones(drawn):
    error = np.mean((x_test - drawn) ** 2, axis=1)
    return auc(error[y_test == 1], error[y_test != 1])


def dense():
    return dense_autoencoder(32, [512])[2]


settings = {
    "linear, squared": (dense, squared_error),
    "sigmoid, squared": (dense, sigmoid_squared_error),
    "logits, cross-entropy": (dense, cross_entropy),
    "the same, convolutional": (lambda: convolutional_autoencoder(32), cross_entropy),
}
seen, never_seen = "ones' AUC: seen", "ones' AUC: never seen"
evidence[seen], evidence[never_seen] = [], []
for name, (network, loss) in settings.items():
    evidence[f"error: {name}"] = []
    for seed in SEEDS:
        drawn = redraws(seed, network, loss, x_train)
        evidence[f"error: {name}"].append(mse(x_test, drawn))
        if name == "logits, cross-entropy":
            evidence[seen].append(auc_of_ones(drawn))
            without = redraws(seed, network, loss, x_train[y_train != 1])
            evidence[never_seen].append(auc_of_ones(without))
