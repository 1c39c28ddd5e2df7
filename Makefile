# 安巡 Anxun. `make` lists the targets; their work is in server/ops, which needs only Python.
PYTHON ?= python3
OPS = @command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 Python 3.11 or newer is needed: apt-get install python3 python3-venv" >&2; exit 1; }; \
	exec $(PYTHON) server/ops

.DEFAULT_GOAL := help
.PHONY: help run test check torture bench accounts contracts build fmt lock

help: ## 列出目标 · list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: ## 安装并启动 · install and start (PORT=8000 HOST=127.0.0.1 TLS=0 DEMO=1 WORKERS=2)
	$(OPS) run

test: ## 全部检查与测试 · every check and test (ARGS="-k words" runs chosen tests alone)
	$(OPS) test

check: ## 仅静态检查 · the static checks alone
	$(OPS) check

torture: ## 反复断电与强杀 · kill the server, cut its power, many times (ARGS="--kills 600 --points 5000 --seed 1")
	$(OPS) torture

bench: ## 与下限同场测量 · measure beside the floors (ARGS="--quick", "growth", "ledger", "table", "pages", "walking", "handset")
	$(OPS) bench

accounts: ## 演示账号（JSON） · the demo accounts as JSON
	$(OPS) accounts

contracts: ## 导出契约与生成的文档 · export contracts and generated documents
	$(OPS) contracts

build: ## 构建网页应用 · build the web app
	$(OPS) build

fmt: ## 整理代码格式 · lay out the code
	$(OPS) fmt

lock: ## 重新锁定 Python 依赖 · pin the Python packages anew
	$(OPS) lock
