using BenchmarkDotNet.Running;
using LeVo.Benchmarks;
using LeVo.Benchmarks.Codec;
using LeVo.Benchmarks.Race;
using LeVo.Core.Runtime;

// "race name=value..." times LeLM's engines side by side, "codec name=value..." the codec's parts, "pool name=value..."
// what songs do to the thread pool; everything else is BenchmarkDotNet's.
if (args is ["race", .. string[] settings])
{
    LelmRace.Run(settings);
    return;
}
if (args is ["codec", .. string[] wanted])
{
    CodecRace.Run(wanted);
    return;
}
if (args is ["pool", .. string[] pool])
{
    await PoolLatency.RunAsync(pool);
    return;
}
// In this process: a project of its own for every run would copy half a gigabyte of libtorch.
LeVoRuntime.EnsureTorch();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args.Except(["--inProcess"]), "--inProcess"]);
