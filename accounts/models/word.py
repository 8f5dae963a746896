"""What names are made of, and how they are found."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Func

from workspaces.fields import WorkspaceModel

PENDING_KB = 256  # every search reads all that waits to be sorted in: 5 ms of it an index at the usual 4 MB


def trigrams(text: str | Func, *, name: str) -> GinIndex:
    """An index that finds letters anywhere within a text."""
    return GinIndex(OpClass(text, name="gin_trgm_ops"), name=name, gin_pending_list_limit=PENDING_KB)


class Word(WorkspaceModel):
    """One word that stands in the name of an account or a person, in small letters: who mistypes it is asked about it.

    There are far fewer of them than names, so the nearest is found in milliseconds at a million accounts.
    `accounts` is how many accounts' names had it when all were last read; searching chooses its way by that.
    """

    text = models.CharField(max_length=40)
    accounts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "text"], name="accounts_word_once")]
        indexes = [trigrams("text", name="accounts_word_trigrams")]

    def __str__(self) -> str:
        return self.text
