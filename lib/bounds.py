"""How far numbers and days that people mean can reach, whatever door they come through."""

from datetime import date

MOST = 10**15  # beyond it a float no longer tells neighbours apart, and sums of many overflow
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
