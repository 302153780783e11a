"""Numbers that say how well a model does. scikit-learn and SciPy do the work."""

import warnings

import numpy as np


def psnr(x_hat, x) -> np.ndarray:
    """Peak signal-to-noise ratio of each image in decibels, −10·log10 of its mean squared error.

    Outputs are clipped to [0, 1] by the caller, or not: what is handed in is what is scored.

    Parameters
    ----------
    x_hat, x : arrays, shape (n, …)
        Images and the originals, whose white (the peak) is 1.

    Returns
    -------
    array, shape (n,), dB; inf for an image without error

    Raises
    ------
    ValueError
        If shapes differ.
    """
    x_hat, x = _pairs(x_hat, x)
    with np.errstate(divide="ignore"):
        return -10 * np.log10(np.mean((x_hat - x) ** 2, axis=tuple(range(1, x.ndim))))


def ssim(x_hat, x) -> np.ndarray:
    """Structural similarity of each image (Wang et al. 2004), by scikit-image, 7×7 windows.

    Parameters
    ----------
    x_hat, x : arrays, shape (n, height, width) or (n, height, width, 1)
        Images and the originals, with values in [0, 1].

    Returns
    -------
    array, shape (n,), at most 1

    Raises
    ------
    ValueError
        If shapes differ or are no pictures of one channel.
    """
    from skimage.metrics import structural_similarity

    x_hat, x = _pairs(x_hat, x)
    if x.ndim == 4 and x.shape[-1] == 1:
        x_hat, x = x_hat[..., 0], x[..., 0]
    if x.ndim != 3:
        raise ValueError(
            f"wanted images (n, height, width) or (n, height, width, 1), got {x.shape}"
        )
    return np.array(
        [structural_similarity(a, b, data_range=1) for a, b in zip(x_hat, x, strict=True)]
    )


def _pairs(x_hat, x):
    """Both as float64 arrays of one shape (n, …)."""
    x_hat, x = np.asarray(x_hat, float), np.asarray(x, float)
    if x_hat.shape != x.shape or x.ndim < 2:
        raise ValueError(f"wanted equal shapes (n, …), got {x_hat.shape} and {x.shape}")
    return x_hat, x


def frechet_distance(features, reference) -> float:
    """Fréchet distance between two sets of features, taken as Gaussians.

    ‖μ − μ′‖² + trace(C + C′ − 2·(C C′)^½), with means μ and covariances C (Dowson and Landau 1982;
    Heusel et al. 2017 apply it to images). On the features of `scoring`, not of Inception: it is no
    FID. It depends on the number of samples: compare sets of equal size, and with the floor, the
    distance between two sets of real pictures.

    Parameters
    ----------
    features, reference : arrays, shape (n, d) and (m, d), at least d + 1 samples each

    Raises
    ------
    ValueError
        If shapes do not fit, there are too few samples, or a value is not finite.
    """
    features, reference = _feature_sets(features, reference)
    if min(len(features), len(reference)) <= features.shape[1]:
        shapes = features.shape, reference.shape
        raise ValueError(f"wanted more samples than features, got {shapes[0]} and {shapes[1]}")
    C, C_ref = np.cov(features, rowvar=False), np.cov(reference, rowvar=False)
    # The eigenvalues of C·C′ are those of a symmetric matrix: not negative but for rounding.
    root = np.sqrt(np.linalg.eigvals(C @ C_ref).real.clip(0)).sum()
    mean_gap = np.sum((features.mean(axis=0) - reference.mean(axis=0)) ** 2)
    return float(mean_gap + np.trace(C) + np.trace(C_ref) - 2 * root)


def _feature_sets(features, reference):
    """Both as float64 arrays (n, d) and (m, d)."""
    features, reference = np.asarray(features, float), np.asarray(reference, float)
    shapes = features.shape, reference.shape
    if features.ndim != 2 or reference.ndim != 2 or shapes[0][1] != shapes[1][1]:
        raise ValueError(f"wanted features (n, d) and (m, d), got {shapes[0]} and {shapes[1]}")
    if not (np.isfinite(features).all() and np.isfinite(reference).all()):
        raise ValueError("features must be finite, got nan or inf")
    return features, reference


def precision_recall(features, reference, k: int = 3) -> tuple[float, float]:
    """Precision and recall of samples: how many look real, and how much of the real they reach.

    Precision is the share of samples that lie in a ball around a real one, whose radius is the
    distance to the k-th nearest other real one; recall is the same with the roles exchanged
    (Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative Models*,
    2019). Both depend on the number of samples: compare sets of equal size. All distances are kept:
    8·n·m bytes.

    Parameters
    ----------
    features, reference : arrays, shape (n, d) and (m, d), of samples and of real pictures
    k : int

    Raises
    ------
    ValueError
        If shapes do not fit, a value is not finite, or a set has no k other samples.
    """
    from scipy.spatial.distance import cdist

    features, reference = _feature_sets(features, reference)
    if not 1 <= k < min(len(features), len(reference)):
        raise ValueError(
            f"wanted k ≥ 1 and more than k samples, got k = {k} and {len(features)}"
            f" and {len(reference)} samples"
        )
    reach = [np.partition(cdist(x, x), k, axis=1)[:, k] for x in (features, reference)]
    between = cdist(features, reference)
    precision = (between <= reach[1]).any(axis=1).mean()
    recall = (between <= reach[0][:, None]).any(axis=0).mean()
    return float(precision), float(recall)


def modes(p, *, confidence: float = 0.9, share: float = 0.02) -> int:
    """How many classes a generator makes: those with at least this share of confident samples.

    Parameters
    ----------
    p : array, shape (n, classes)
        A classifier's probabilities for each sample.
    confidence : float
        Samples whose largest probability is smaller count for no class.
    share : float
        Of all samples.

    Raises
    ------
    ValueError
        If `p` holds no distributions.
    """
    p = np.asarray(p, float)
    if p.ndim != 2 or not len(p) or not np.allclose(p.sum(axis=1), 1, atol=1e-4) or p.min() < 0:
        raise ValueError(
            f"wanted probabilities (n, classes) with rows that sum to 1, got {p.shape}"
        )
    sure = p.max(axis=1) >= confidence
    counts = np.bincount(p.argmax(axis=1)[sure], minlength=p.shape[1])
    return int(np.sum(counts >= share * len(p)))


def clustering_error(clusters_train, y_train, clusters_test, y_test) -> float:
    """Share of test samples that lie in a cluster which stands for another class.

    Clusters are matched with classes, one to one, so that the fewest *training* samples are wrong
    (Kuhn's Hungarian method), and scored on the test samples.

    Parameters
    ----------
    clusters_train, clusters_test : int arrays, shape (n,) and (m,)
        Clusters, 0 to K − 1.
    y_train, y_test : int arrays, shape (n,) and (m,)
        Classes, 0 to K − 1.

    Raises
    ------
    ValueError
        If lengths differ.
    """
    from scipy.optimize import linear_sum_assignment

    pairs = [
        (np.asarray(clusters_train), np.asarray(y_train)),
        (np.asarray(clusters_test), np.asarray(y_test)),
    ]
    for clusters, y in pairs:
        if clusters.shape != y.shape or y.ndim != 1:
            raise ValueError(f"wanted equal shapes (n,), got {clusters.shape} and {y.shape}")
    count = 1 + max(int(a.max()) for pair in pairs for a in pair)
    table = np.zeros((count, count), int)  # how often each cluster met each class
    np.add.at(table, pairs[0], 1)
    _, class_of = linear_sum_assignment(table, maximize=True)
    return float(np.mean(class_of[pairs[1][0]] != pairs[1][1]))


def few_label_accuracy(
    x_train, y_train, x_test, y_test, *, labels: int, seeds, standardise: bool = True
) -> np.ndarray:
    """Test accuracies of a linear classifier that sees only a few labels.

    For each seed, `labels` training samples are drawn, equally many of each class, and a logistic
    regression is fitted to them whose L2 penalty is chosen by 3-fold cross-validation. The draws
    depend on the seeds only, so accuracies on different features can be compared in pairs.

    Parameters
    ----------
    x_train, x_test : arrays, shape (n, d) and (m, d)
        Features: pixels or codes. They are centred with the means of `x_train`.
    y_train, y_test : int arrays, shape (n,) and (m,)
    labels : int
        Labelled samples a draw, the same number for each class, at least 3.
    seeds : sequence of int
        One for each draw.
    standardise : bool
        Divide each feature by its deviation; pixels of the border, for instance, are better left.

    Returns
    -------
    array, shape (len(seeds),), shares in [0, 1]

    Raises
    ------
    ValueError
        If `labels` is no multiple of the number of classes, or a class has too few samples.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    y_train = np.asarray(y_train)
    by_class = [np.flatnonzero(y_train == c) for c in np.unique(y_train)]
    each, rest = divmod(labels, len(by_class))
    if rest or each < 3:
        raise ValueError(
            f"wanted 3 or more labels for each of {len(by_class)} classes, equally many for each, "
            f"got {labels} in all"
        )
    if (fewest := min(map(len, by_class))) < each:
        raise ValueError(f"{labels} labels need {each} samples of each class, one has {fewest}")
    scale = StandardScaler(with_std=standardise).fit(x_train)
    x_train, x_test = scale.transform(x_train), scale.transform(x_test)
    accuracies = []
    with threadpool_limits(1), warnings.catch_warnings():  # small problems: threads would wait
        warnings.simplefilter("ignore", ConvergenceWarning)
        for seed in seeds:
            rng = np.random.default_rng(seed)
            chosen = np.concatenate([rng.choice(c, each, replace=False) for c in by_class])
            model = LogisticRegression(tol=0.01, max_iter=500)
            search = GridSearchCV(model, {"C": np.logspace(-3, 1, 5)}, cv=3)
            search.fit(x_train[chosen], y_train[chosen])
            accuracies.append(search.score(x_test, y_test))
    return np.array(accuracies)
