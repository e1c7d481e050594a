internal import ArgumentParser
public import Scenes

extension SceneName: ExpressibleByArgument {}
