using BenchmarkDotNet.Running;
using LeVo.Core.Runtime;

// In this process: a project of its own for every run would copy half a gigabyte of libtorch.
LeVoRuntime.EnsureTorch();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args.Except(["--inProcess"]), "--inProcess"]);
