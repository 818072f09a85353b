using BenchmarkDotNet.Running;
using LeVo.Benchmarks;
using LeVo.Benchmarks.Codec;
using LeVo.Benchmarks.Race;
using LeVo.Benchmarks.Songs;
using LeVo.Benchmarks.Training;
using LeVo.Core.Runtime;

// "--training" measures the memory of training, with the C library's own settings, as an application trains.
if (args is ["--training", .. string[] training])
    return TrainingTable.Run(training);
LeVoRuntime.TuneAllocator();
// "--race" times LeLM's engines side by side, "--codec" the codec's parts, "--pool" the thread pool while songs are made,
// "--stream" the first sound of a stream, "--song" whole songs at the released size, "--throughput" the steps of several
// songs at once, "--training-speed" a training step beside one of plain TorchSharp modules; everything else is BenchmarkDotNet's.
if (args is ["--race", .. string[] settings])
    return LelmRace.Run(settings);
if (args is ["--codec", .. string[] wanted])
    return CodecRace.Run(wanted);
if (args is ["--pool", .. string[] pool])
    return await PoolLatency.RunAsync(pool);
if (args is ["--stream", .. string[] stream])
    return await FirstSound.RunAsync(stream);
if (args is ["--song", .. string[] song])
    return await SongRace.RunAsync(song);
if (args is ["--training-speed", .. string[] speed])
    return TrainingSpeed.Run(speed);
if (args is ["--throughput", .. string[] songs])
    return await Throughput.RunAsync(songs);
// In this process: a project of its own for every run would copy half a gigabyte of libtorch.
LeVoRuntime.EnsureTorch();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args.Except(["--inProcess"]), "--inProcess"]);
return 0;
