using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Race;

/// <summary>
/// LibTorch on a part of the layers, because all of them in float32 and their caches would not fit beside other work:
/// time and bytes of the part, times the number of parts, are those of the whole. What the part repeats, bridge and
/// heads, is timed alone and taken off.
/// </summary>
internal sealed class TorchRunner : IDisposable
{
    private readonly LeLmConfig config;
    private readonly ParameterSet parameters;
    private readonly LeLm model;
    private readonly KvCache steps, prefix;
    private readonly Tensor column;
    private readonly ConditionPrefix piece;
    private readonly (Tensor Input, Tensor Weight)[] repeated;

    public TorchRunner(LeLmConfig config, ScalarType dtype, int capacity, int pieceLength)
    {
        this.config = config;
        var builder = new ParameterBuilder(new Ordinary(), CPU, dtype);
        var tensors = new LeLmTensors(config);
        model = new(builder, tensors, config);
        parameters = builder.Build("the benchmark's model");
        steps = new(config, 2, capacity, CPU, dtype);
        prefix = new(config, 1, Math.Max(1, config.PrefixLength), CPU, dtype);
        Fill(steps, capacity);
        Fill(prefix, config.PrefixLength);
        column = full([2, config.Codebooks, 1], config.SpecialId, int64);
        piece = new(
            randn(1, pieceLength, config.Width, dtype: dtype), randn(1, pieceLength, config.Width, dtype: dtype));
        LinearTensors[] shared = [tensors.MixedHead, .. tensors.TrackHeads, tensors.Bridge.Inner, tensors.Bridge.Outer];
        repeated = [.. shared.Select(layer => parameters[layer.Weight.Name])
            .Select(weight => (randn(2, 1, weight.shape[1], dtype: dtype), (Tensor)weight))];
    }

    /// <summary>One step of both guidance rows at a position.</summary>
    public void Step(int position)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        steps.Reset();
        steps.Advance(position);
        model.Forward(column, null, steps, lastOnly: true);
    }

    /// <summary>Bridge and heads of a step.</summary>
    public void Repeated()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach ((Tensor input, Tensor weight) in repeated)
            nn.functional.linear(input, weight);
    }

    /// <summary>A piece of one branch's conditions, from a position on.</summary>
    public void Prefill(int position)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        prefix.Reset();
        prefix.Advance(position);
        model.ReadPrefix(piece, prefix);
    }

    /// <summary>Weights that cost no random numbers.</summary>
    private sealed class Ordinary : ITensorSource
    {
        public Tensor Find(TensorInfo tensor) => full(tensor.Shape, 0.01f);
    }

    /// <summary>Numbers in a cache, so that its pages exist.</summary>
    private static void Fill(KvCache cache, long positions)
    {
        using var gradients = no_grad();
        foreach (LayerCache layer in cache.Mixed.Concat(cache.Tracks))
        {
            (Tensor keys, Tensor values) = layer.Read(cache.Batch, positions);
            keys.fill_(0.1).Dispose();
            values.fill_(0.1).Dispose();
        }
    }

    public void Dispose()
    {
        foreach ((Tensor input, _) in repeated)
            input.Dispose();
        piece.Dispose();
        column.Dispose();
        steps.Dispose();
        prefix.Dispose();
        model.Dispose();
        parameters.Dispose();
    }
}
