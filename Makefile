# Thin on purpose: every target is one script, or one command of the Swift toolchain.
.PHONY: help run test check bench fuzz lab format clean
.DEFAULT_GOAL := help
SECONDS ?= 600

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

run: ## serve a real model on loopback, fetch it with two clients, verify it
	@Tests/Run/demo

test: ## everything, from an empty machine: packages, lab, build, all tests
	@Tests/Run/test

check: ## the quick tier: format and unit tests
	@Tests/Run/check

bench: ## throughput beside Samba, nginx and iperf3, and in the lab beside perftest and NFS
	@Tests/Bench/run
	@Tests/Bench/lab

fuzz: ## the fuzz targets, for SECONDS each (default 600)
	@Tests/Fuzz/run --seconds $(SECONDS)

lab: ## build the lab kernel and prove its RDMA devices
	@Tests/Lab/selftest

format: ## rewrite the Swift sources in the one style
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove build products; caches outside the checkout stay
	@rm -rf .build .build-*
