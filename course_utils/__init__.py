"""The small package that the notebooks of the course call; importing it loads no TensorFlow."""
