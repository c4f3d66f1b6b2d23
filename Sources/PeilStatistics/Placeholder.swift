import PeilTable
