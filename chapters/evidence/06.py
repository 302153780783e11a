"""Evidence of chapter 06: a VAE at β = 0 beside an autoencoder; coins flipped once, and anew."""

evidence = {}
for name in ("autoencoder", "VAE with β = 0"):
    evidence[f"distortion: {name}"] = []
for seed in range(1, 4):
    keras.utils.set_random_seed(seed)
    encoder, decoder = encoder_network(16, units), decoder_network(16, units)
    autoencoder = keras.Model(encoder.input, decoder(encoder.output))
    train(autoencoder, x_train, x_train, epochs=epochs_16, batch=100, loss=bernoulli_loss)
    logits = autoencoder.predict(x_test, batch_size=1000, verbose=0)
    evidence["distortion: autoencoder"].append(float(ops.mean(bernoulli_loss(x_test, logits))))

    keras.utils.set_random_seed(seed)
    vae = VAE(encoder_network(16, units, heads=2), decoder_network(16, units), beta=0)
    train(vae, x_train, epochs=epochs_16, batch=100)
    evidence["distortion: VAE with β = 0"].append(measure(vae, x_test)[0])


class Anew(VAE):
    """Gets grey pictures, and flips their coins in every step."""

    def train_step(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        flipped = ops.cast(keras.random.uniform(ops.shape(x), seed=self.noise) < x, "float32")
        return super().train_step((flipped,))


for kind, (model, pictures) in {
    "flipped once": (VAE, binary_train),
    "flipped anew": (Anew, x_train),
}.items():
    bounds = evidence[f"−ELBO, coins: {kind}"] = []
    for seed in range(1, 4):
        keras.utils.set_random_seed(seed)
        vae = model(encoder_network(16, units, heads=2), decoder_network(16, units))
        train(vae, pictures, epochs=6 * epochs_binary, batch=100)
        bounds.append(sum(measure(vae, binary_test)))
