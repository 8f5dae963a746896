# The same commands by another name: run.py is the whole set-up.
PYTHON ?= python3

.PHONY: demo test check bench lock
demo:
	$(PYTHON) run.py
test:
	$(PYTHON) run.py test
check:
	$(PYTHON) run.py check
bench:
	$(PYTHON) run.py bench
lock:
	$(PYTHON) scripts/lock.py
