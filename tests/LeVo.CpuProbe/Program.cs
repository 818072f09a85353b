using System.Globalization;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Engines;

// A process without libtorch, for tests: opens a model folder on the CPU backend, reads a few columns and prints the
// kernel, whether libtorch was loaded after all, and the last logits. The tests run it with instruction sets switched
// off.
var options = new LeVoOptions
{
    ModelPath = args[0],
    Backend = ModelBackend.Cpu,
    Precision = Enum.Parse<ModelPrecision>(args[1]),
    Threads = 2,
};
using LeVoModel model = LeVoModel.Load(options);
int codebooks = model.Config.Codebooks, size = codebooks * model.Config.Classes;
float[] conditional = new float[size], unconditional = new float[size];
using (ILogitsStepper stepper = model.Start(new SongCondition { Lyrics = "[verse] the river" }, 4))
{
    int[] column = [.. Enumerable.Repeat(model.Config.SpecialId, codebooks)];
    stepper.Prefill(column, conditional, unconditional);
    for (int step = 1; step <= 3; step++)
        stepper.Step([.. Enumerable.Repeat(step, codebooks)], conditional, unconditional);
}
Console.WriteLine(BlockKernel.Best.Name);
Console.WriteLine(File.Exists("/proc/self/maps")
    && File.ReadAllText("/proc/self/maps").Contains("torch_cpu", StringComparison.Ordinal));
foreach (float value in conditional.Concat(unconditional))
    Console.WriteLine(value.ToString("R", CultureInfo.InvariantCulture));
