"""Dialogues from elsewhere made fit for training.

    cleaning = clean(dialogues, config.cleaning, held_out=messages_of(cases))
    for dialogue in cleaning:
        ...
    print(cleaning.counts)

`text` mends characters and markup, `filters` drops what is no use, `leaks` what is held out,
`privacy` masks personal data, `words`, `signatures` and `index` find repeats, `rows` and
`pipeline` run it all.
"""

from finetune.cleaning.leaks import LeakError, check_leaks, messages_of
from finetune.cleaning.pipeline import Cleaning, clean

__all__ = ["Cleaning", "LeakError", "check_leaks", "clean", "messages_of"]
