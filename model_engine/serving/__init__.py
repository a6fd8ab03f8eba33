"""The engine at work: requests from the queue, batches on the device, results back."""
