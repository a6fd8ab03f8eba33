"""Pictures that are no film posters, by kind: what a version learns to tell posters from."""
