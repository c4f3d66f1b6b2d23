# What people do with this checkout. `make` alone lists it.
PEIL := .build/release/peil
STUDY := Data/haaglanden

.PHONY: help setup build demo test test-all fuzz notebooks man docs deb soak bench bench-full bench-main bench-kernels bench-statistics bench-segments bench-ingest bench-streaming bench-segment-passes coverage report clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: ## check Swift and git, install the Debian packages that are missing
	@Scripts/setup

build: setup ## the program, optimised
	@Scripts/build peil

demo: build ## the sample study, from its data to its report
	$(PEIL) run $(STUDY)
	@echo
	@echo "The report is in $(STUDY)/out/current/. Open this page in a browser:"
	@find -L $(STUDY)/out/current -name index.html | sort | head -n 1

test: setup ## everything a change has to pass
	@Scripts/test

test-all: ## the tests, and slow ones: R computes the golden numbers again, checkers read the pages
	@Scripts/setup --all
	@Scripts/test --all

FUZZ_SECONDS := 3600
fuzz: setup ## an hour of invented files for each reader (FUZZ_SECONDS); findings go to .build-fuzz/findings/
	@Scripts/fuzz --seconds $(FUZZ_SECONDS)

man: build ## manual pages, into .build/man
	@Scripts/man-pages .build/man

docs: ## documentation of the library, into .build/docs
	@Scripts/build-tests
	@Scripts/docs .build/docs

deb: setup ## a Debian package, into .build/deb
	@Scripts/deb .build/deb

notebooks: build ## the notebooks, run headless from a clean state; the helper package's tests
	@Scripts/notebooks

soak: build ## 500 random systems of tables attacked by HiGHS; the unattended job killed at every system call
	@Scripts/attack-tables --peil $(PEIL) --systems 500 --record
	@Scripts/crash-waves --peil $(PEIL) --all

bench: build ## CPU seconds of `peil run` on the sample study, written to Benchmarks/Runs/
	@Scripts/bench $(PEIL) $(STUDY)

bench-full: bench bench-main bench-kernels bench-statistics bench-segments bench-ingest bench-streaming bench-segment-passes ## every benchmark, hours (needs Scripts/bench-peers once)

bench-main: build ## the main job as whole processes, peil and scripts in Python and R in turn (needs Scripts/bench-peers once)
	@Scripts/bench-main $(PEIL)

bench-kernels: setup ## inner loops beside the limits of this machine
	@Scripts/bench-kernels

bench-statistics: build ## CPU seconds of peil and its peers in turn on large files (needs Scripts/bench-peers once)
	@Scripts/bench-statistics $(PEIL)

bench-segments: build ## CPU seconds of segmentations, peil and its peers in turn (needs Scripts/bench-peers once)
	@Scripts/bench-segments $(PEIL)

bench-ingest: build ## CPU seconds of reading a large file, peil and its peers in turn (needs Scripts/bench-peers once)
	@Scripts/bench-ingest $(PEIL)

bench-streaming: build ## means over 1 and 10 million rows in blocks, whole and in partitions (needs Scripts/bench-peers once)
	@Scripts/bench-streaming $(PEIL)

bench-segment-passes: build ## segments over partitions of a million invented answers: seconds and bytes of state
	@Scripts/bench-segment-passes $(PEIL)

coverage: setup ## how often intervals hold the truth in 2,000 simulated surveys, written to Benchmarks/Runs/
	@Scripts/coverage

report: build ## write the sample study's report to Reports/, after a change that is meant
	@Scripts/report $(PEIL) $(STUDY)

clean: ## remove what was built
	rm -rf .build .build-tests .build-fuzz .venv-pages .venv-cluster .venv-notebooks
