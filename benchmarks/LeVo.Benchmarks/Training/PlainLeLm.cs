using LeVo.Core.Model;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Training;

/// <summary>
/// LeLM's training step as one would write it with TorchSharp's own modules: the yardstick of <see cref="TrainingSpeed"/>. The
/// conditions are one table of embedded positions, and gradients stop there.
/// </summary>
internal sealed class PlainLeLm : nn.Module
{
    private readonly LeLmConfig config;
    private readonly bool mixedAlone;
    private readonly ModuleList<Embedding> embeddings = [];
    private readonly ModuleList<PlainLayer> mixed = [], tracks = [];
    private readonly ModuleList<PlainLinear> heads = [];
    private readonly PlainNorm mixedNorm, trackNorm;
    private readonly Linear inner, outer;
    private readonly Tensor prefix;

    public PlainLeLm(LeLmConfig config, bool mixedAlone, int rank, ScalarType type) : base(nameof(PlainLeLm))
    {
        (this.config, this.mixedAlone) = (config, mixedAlone);
        (int width, bool trained) = (config.Width, rank == 0);
        for (int k = 0; k < (mixedAlone ? 1 : config.Codebooks); k++)
        {
            embeddings.Add(nn.Embedding(config.InputRows, width, dtype: type));
            heads.Add(new(width, config.Classes, 0, type));
        }
        for (int i = 0; i < config.MixedLayers; i++)
            mixed.Add(new(width, config.FeedForwardWidth, config.Heads, rank, type));
        for (int i = 0; i < (mixedAlone ? 0 : config.TrackLayers); i++)
            tracks.Add(new(width, config.FeedForwardWidth, config.Heads, rank, type));
        (mixedNorm, trackNorm) = (new(width, trained, type), new(width, trained, type));
        (inner, outer) = (nn.Linear(2 * width, width, dtype: type), nn.Linear(width, width, dtype: type));
        prefix = randn(1, config.PrefixLength, width, dtype: type);
        RegisterComponents();
        if (!trained)
            foreach ((string name, Parameter parameter) in named_parameters())
                parameter.requires_grad = name.EndsWith(".a", StringComparison.Ordinal) || name.EndsWith(".b", StringComparison.Ordinal);
    }

    /// <summary>Mean cross-entropy of delayed columns.</summary>
    /// <param name="ids">Columns of the delay pattern, int64 <c>[1, codebooks, columns]</c>.</param>
    public Tensor Loss(Tensor ids)
    {
        using var scope = NewDisposeScope();
        (Tensor cos, Tensor sin) = Rotary(config.PrefixLength + ids.size(2));
        Tensor hidden = Stack(mixed, mixedNorm, cat([prefix, embeddings[0].call(ids.select(1, 0))], 1), cos, sin);
        Tensor loss = CrossEntropy(0, hidden, ids);
        if (!mixedAlone)
        {
            Tensor own = embeddings[1].call(ids.select(1, 1));
            for (int k = 2; k < config.Codebooks; k++)
                own = own.Plus(embeddings[k].call(ids.select(1, k)));
            Tensor joined = outer.call(nn.functional.gelu(inner.call(cat([cat([prefix, own], 1), hidden], -1))));
            hidden = Stack(tracks, trackNorm, joined, cos, sin);
            for (int k = 1; k < config.Codebooks; k++)
                loss = loss.Plus(CrossEntropy(k, hidden, ids));
            loss = loss.DividedBy(config.Codebooks);
        }
        return loss.MoveToOuterDisposeScope();
    }

    private static Tensor Stack(ModuleList<PlainLayer> layers, PlainNorm norm, Tensor x, Tensor cos, Tensor sin)
    {
        foreach (PlainLayer layer in layers)
            x = layer.forward(x, cos, sin);
        return norm.forward(x);
    }

    /// <summary>Each position after the prefix predicts the next column; empty cells are ignored.</summary>
    private Tensor CrossEntropy(int codebook, Tensor hidden, Tensor ids)
    {
        Tensor targets = ids.select(1, codebook).narrow(1, 1, ids.size(2) - 1);
        Tensor logits = heads[codebook].forward(hidden.narrow(1, config.PrefixLength, ids.size(2) - 1)).to(float32);
        return nn.functional.cross_entropy(logits.view(-1, config.Classes), targets.reshape(-1), ignore_index: config.SpecialId);
    }

    private (Tensor Cos, Tensor Sin) Rotary(long positions)
    {
        long half = config.HeadWidth / 2;
        Tensor exponents = arange(half, float32).Times(-1.0 / half);
        Tensor frequencies = full(half, config.MixedRopeTheta, dtype: float32).pow(exponents);
        Tensor angles = arange(positions, float32).unsqueeze(1) * frequencies.unsqueeze(0);
        angles = cat([angles, angles], 1);
        return (angles.cos().to(prefix.dtype), angles.sin().to(prefix.dtype));
    }
}
