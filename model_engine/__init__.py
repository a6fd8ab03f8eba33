"""Inference, versions of the model and training: the only room where Keras, TensorFlow and ONNX Runtime live."""
