namespace LeVo.Core.Checkpoints;

/// <summary>
/// Python names that no checkpoint needs and that programs hidden in pickles use. A file that has them is refused, although
/// nothing in it would be run: it is not what it claims to be.
/// </summary>
internal static class DangerousNames
{
    private static readonly HashSet<string> Modules = new(StringComparer.Ordinal)
    {
        "os", "posix", "nt", "subprocess", "sys", "socket", "shutil", "pty", "runpy", "importlib", "ctypes", "webbrowser",
        "commands", "code", "asyncio", "multiprocessing", "urllib", "requests", "httplib", "http", "ftplib", "bdb", "pdb",
        "pip", "cffi", "platform", "timeit", "signal", "_pickle", "pickle", "marshal",
    };

    private static readonly HashSet<string> Builtins = new(StringComparer.Ordinal)
    {
        "eval", "exec", "execfile", "compile", "open", "file", "__import__", "getattr", "setattr", "delattr", "globals",
        "locals", "vars", "input", "breakpoint", "apply", "map", "filter",
    };

    /// <summary>Whether a name is one of them.</summary>
    public static bool Contains(PickleGlobal name)
    {
        string module = name.Module.Split('.')[0];
        return Modules.Contains(module)
            || (module is "builtins" or "__builtin__" or "__builtins__" && Builtins.Contains(name.Name.Split('.')[0]))
            || (module == "torch" && name.ToString() is "torch.load" or "torch.hub.load" or "torch.storage._load_from_bytes");
    }
}
