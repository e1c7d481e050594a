import ArgumentParser

ScenesCommand.main()
