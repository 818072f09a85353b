using System.Globalization;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using TorchSharp;

// A process without libtorch in its folder: with "libtorch", and the libtorch of another folder, it adds numbers.
if (args is ["libtorch", ..])
{
    try
    {
        if (args.Length > 1)
            LeVoRuntime.UseLibTorch(args[1], anyVersion: args.Contains("any"));
        LeVoRuntime.EnsureTorch();
        Console.WriteLine(torch.ones(3).sum().item<float>());
    }
    catch (LeVoRuntimeException e)
    {
        Console.WriteLine(e.Message);
    }
    return;
}

// A process without libtorch, for tests: opens a model folder on the CPU backend, saves and loads tokens, reads a few columns and
// prints the kernel, whether libtorch was loaded after all, and the last logits. The tests run it with instruction sets switched
// off.
var options = new LeVoOptions
{
    ModelPath = args[0],
    Backend = ModelBackend.Cpu,
    Precision = Enum.Parse<ModelPrecision>(args[1]),
    KvCachePrecision = args.Length > 2 ? Enum.Parse<ModelPrecision>(args[2]) : null,
    Threads = 2,
};
using LeVoModel model = LeVoModel.Load(options);
LeLmConfig config = model.Engine.Config;
string saved = Path.Combine(args[0], $"probe-{Environment.ProcessId}.safetensors");
SongTokens.FromRows([1, 2], [3, 4], [5, 6]).Save(saved);
SongTokens tokens = SongTokens.Load(saved);
File.Delete(saved);
int codebooks = config.Codebooks, size = codebooks * config.Classes;
float[] conditional = new float[size], unconditional = new float[size];
var condition = new SongCondition("[verse] the river") { Prompt = tokens };
using (ILeLmSequence sequence = model.Engine.Start(model.Preparer.Prepare(condition), model.Preparer.Nothing, 4))
{
    sequence.ReadPrefix();
    int[] column = [.. Enumerable.Repeat(config.SpecialId, codebooks)];
    sequence.Read(column, conditional, unconditional);
    for (int step = 1; step <= 3; step++)
        sequence.Read([.. Enumerable.Repeat(step, codebooks)], conditional, unconditional);
}
Console.WriteLine(BlockKernel.Best.Name);
Console.WriteLine(File.Exists("/proc/self/maps")
    && File.ReadAllText("/proc/self/maps").Contains("torch_cpu", StringComparison.Ordinal));
foreach (float value in conditional.Concat(unconditional))
    Console.WriteLine(value.ToString("R", CultureInfo.InvariantCulture));
