"""French speech for prompts, made on this machine with a free synthesiser.

Separate because it is the only neighbour that makes sound: a runner plays WAV files and never
asks where they came from.
"""

from adapters.speech.espeak import SpeechError, SpeechFailed, SpeechNotAvailable, speaker, synthesise

__all__ = ["SpeechError", "SpeechFailed", "SpeechNotAvailable", "speaker", "synthesise"]
