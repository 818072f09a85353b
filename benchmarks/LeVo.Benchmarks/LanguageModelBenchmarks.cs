using BenchmarkDotNet.Attributes;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Benchmarks;

/// <summary>
/// LeLM with random weights and both guidance rows. The baseline is what a step cannot do without, the matrix products
/// alone: a step's ratio to it is what attention, norms, heads and calls cost; the prefill's ratio counts products too.
/// </summary>
public class LanguageModelBenchmarks
{
    private const int Rows = 2;
    private const int Steps = 16;
    private ParameterSet parameters = null!;
    private LeLm model = null!;
    private KvCache cache = null!;
    private ConditionPrefix prefix = null!;
    private Tensor column = null!;
    private (Tensor Input, Tensor Weight)[] products = null!;

    public static IEnumerable<LanguageModelSize> Sizes => [LanguageModelSize.Demo, LanguageModelSize.Configured()];

    [ParamsSource(nameof(Sizes))]
    public LanguageModelSize Size { get; set; } = LanguageModelSize.Demo;

    [GlobalSetup]
    public void Build()
    {
        LeLmConfig config = Size.ToConfig();
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        model = new(builder, new LeLmTensors(config), config);
        parameters = builder.Build("the benchmark's model");
        cache = new(config, Rows, Size.Prefix + Steps + 1, CPU, ScalarType.Float32);
        prefix = new(randn(Rows, Size.Prefix, Size.Width), randn(Rows, Size.Prefix, Size.Width));
        column = full([Rows, config.Codebooks, 1], config.SpecialId, int64);
        products = [.. parameters.All.Where(p => p.Value.dim() == 2 && !p.Key.Contains("emb", StringComparison.Ordinal))
            .Select(p => (randn(Rows, 1, p.Value.shape[1]), (Tensor)p.Value))];
    }

    [GlobalCleanup]
    public void Free()
    {
        foreach ((Tensor input, _) in products)
            input.Dispose();
        column.Dispose();
        prefix.Dispose();
        cache.Dispose();
        model.Dispose();
        parameters.Dispose();
    }

    [Benchmark(Baseline = true, Description = "products of a step")]
    public void Products()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach ((Tensor input, Tensor weight) in products)
            nn.functional.linear(input, weight);
    }

    [IterationSetup(Target = nameof(Step))]
    public void BeforeSteps() => Prefill();

    [Benchmark(Description = "step", OperationsPerInvoke = Steps)]
    public void Step()
    {
        for (int i = 0; i < Steps; i++)
            Read(null);
    }

    [Benchmark(Description = "prefill")]
    public void Prefill()
    {
        cache.Reset();
        Read(prefix);
    }

    private void Read(ConditionPrefix? conditions)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        model.Forward(column, conditions, cache, lastOnly: true);
    }
}
