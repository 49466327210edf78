"""The workshop: labelled articles in, a model artifact out."""
