"""The small package that the notebooks of the course call. Importing it does not load TensorFlow."""
