"""What can be seen: detectors one a file, each against a null, none with the right to accuse."""
