using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// LeLM (paper, section 3): a language model over mixed tokens (stack 1), whose hidden states a smaller AR decoder (stack 2)
/// joins with the delayed dual-track tokens. One forward serves training (no cache), prefill and single steps.
/// The parameters belong to the builder's set; disposing the model frees only what it computes for itself.
/// </summary>
internal sealed class LeLm : IDisposable
{
    private readonly Embedding mixedEmbedding;
    private readonly Embedding[] trackEmbeddings;
    private readonly TransformerStack mixedStack;
    private readonly TransformerStack trackStack;
    private readonly Linear mixedHead;
    private readonly Linear[] trackHeads;
    private readonly Bridge bridge;

    public LeLm(ParameterScope root, LeLmConfig config)
    {
        Config = config;
        int width = config.Width;
        mixedEmbedding = new(root.Sub("emb").Sub(0), config.InputRows, width,
            new(InitKind.TruncatedNormal, 1 / Math.Sqrt(width)));
        root.Ignore("layer2_emb.0.weight", config.InputRows, width);
        trackEmbeddings = [.. Tracks.Select(k =>
            new Embedding(root.Sub("layer2_emb").Sub(k), config.InputRows, width, ParameterInit.Normal(1)))];

        ParameterScope first = root.Sub("transformer"), second = root.Sub("transformer2");
        mixedStack = new(first.Sub("model"), config, config.Layers, config.RopeTheta);
        mixedHead = new(first.Sub("lm_head"), width, config.Classes, bias: false);
        trackStack = new(second.Sub("model"), config, config.SubLayers, config.SubRopeTheta);
        bridge = new(root.Sub("mlp"), width);
        trackHeads = [.. Tracks.Select(k =>
            new Linear(root.Sub("linears").Sub(k - 1), width, config.Classes, bias: false))];

        foreach (ParameterScope stack in (ParameterScope[])[first, second])
            stack.Ignore("model.embed_tokens.weight", config.Classes, width);
        second.Ignore("lm_head.weight", config.Classes, width);
        root.Ignore("out_norm.weight", width);
        root.Ignore("out_norm.bias", width);
    }

    public LeLmConfig Config { get; }

    /// <summary>Type of weights and hidden states.</summary>
    public ScalarType Type => mixedEmbedding.Weight.dtype;

    /// <summary>Whether training computes the layers' activations again instead of keeping them.</summary>
    public bool CheckpointActivations
    {
        set => mixedStack.CheckpointActivations = trackStack.CheckpointActivations = value;
    }

    private IEnumerable<int> Tracks => Enumerable.Range(1, Config.Codebooks - 1);

    /// <summary>Both stacks and all heads.</summary>
    /// <param name="ids">Columns of the delayed pattern [batch, codebooks, columns], int64.</param>
    /// <param name="prefix">Conditions in front of the columns; null continues after a cached prefix or has none.</param>
    /// <param name="cache">Earlier positions, which this call extends; null in training.</param>
    /// <param name="lastOnly">Evaluate the heads at the last column only.</param>
    /// <param name="probe">Looks at one head of stack 1 in training, or null.</param>
    /// <param name="trackProbe">Looks at one head of stack 2 in training, or null.</param>
    public LeLmOutput Forward(Tensor ids, ConditionPrefix? prefix = null, LeLmCache? cache = null,
        bool lastOnly = false, AttentionProbe? probe = null, AttentionProbe? trackProbe = null)
    {
        using var scope = NewDisposeScope();
        long columns = lastOnly ? 1 : ids.size(2);
        Tensor hidden1 = ReadMixed(ids, prefix, cache, probe);
        (Tensor joined, Tensor hidden2) = ReadTracks(ids, hidden1, prefix, cache, trackProbe);
        cache?.Advance(hidden1.size(1));
        Tensor mixed = MixedLogits(hidden1, columns), tracks = TrackLogits(hidden2, columns);
        return new(
            cat([mixed, tracks], 1).MoveToOuterDisposeScope(),
            hidden1.MoveToOuterDisposeScope(),
            joined.MoveToOuterDisposeScope(),
            hidden2.MoveToOuterDisposeScope());
    }

    /// <summary>Reads conditions, or a piece of them, into the cache; columns follow in calls without a prefix.</summary>
    public void ReadPrefix(ConditionPrefix piece, LeLmCache cache)
    {
        using var scope = NewDisposeScope();
        cache.EnsureRoom(piece.First.size(0), piece.Length);
        Tensor hidden1 = mixedStack.Forward(piece.First, cache.Position, cache.Mixed);
        trackStack.Forward(bridge.Forward(piece.Second, hidden1), cache.Position, cache.Tracks);
        cache.Advance(piece.Length);
    }

    /// <summary>Stack 1 and its head alone, for the first stage of training: logits of codebook 0
    /// [batch, 1, columns, classes].</summary>
    public Tensor ForwardMixed(Tensor ids, ConditionPrefix? prefix = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        return MixedLogits(ReadMixed(ids, prefix, probe: probe), ids.size(2)).MoveToOuterDisposeScope();
    }

    /// <summary>Stack 2 and its heads over given hidden states of stack 1 (<see cref="ReadMixed"/>, without gradients where
    /// stack 1 is frozen): logits of codebooks 1.. [batch, codebooks - 1, columns, classes].</summary>
    public Tensor ForwardTracks(Tensor ids, Tensor hidden1, ConditionPrefix? prefix = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        return TrackLogits(ReadTracks(ids, hidden1, prefix, probe: probe).Hidden2, ids.size(2)).MoveToOuterDisposeScope();
    }

    /// <summary>Stack 1 after its final norm, [batch, prefix + columns, width].</summary>
    public Tensor ReadMixed(
        Tensor ids, ConditionPrefix? prefix = null, LeLmCache? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        CheckInput(ids, prefix, cache);
        Tensor x = Join(prefix?.First, mixedEmbedding.Forward(ids.select(1, 0)));
        return mixedStack.Forward(x, cache?.Position ?? 0, cache?.Mixed, probe).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        mixedStack.Dispose();
        trackStack.Dispose();
    }

    private (Tensor Joined, Tensor Hidden2) ReadTracks(
        Tensor ids, Tensor hidden1, ConditionPrefix? prefix, LeLmCache? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        Tensor embedded = trackEmbeddings[0].Forward(ids.select(1, 1));
        for (int k = 2; k < Config.Codebooks; k++)
            embedded = embedded.Plus(trackEmbeddings[k - 1].Forward(ids.select(1, k)));
        Tensor joined = bridge.Forward(Join(prefix?.Second, embedded), hidden1);
        Tensor hidden2 = trackStack.Forward(joined, cache?.Position ?? 0, cache?.Tracks, probe);
        return (joined.MoveToOuterDisposeScope(), hidden2.MoveToOuterDisposeScope());
    }

    private Tensor MixedLogits(Tensor hidden1, long columns)
    {
        using var scope = NewDisposeScope();
        return mixedHead.Forward(Last(hidden1, columns)).to(float32).unsqueeze(1).MoveToOuterDisposeScope();
    }

    private Tensor TrackLogits(Tensor hidden2, long columns)
    {
        using var scope = NewDisposeScope();
        Tensor last = Last(hidden2, columns);
        return stack([.. trackHeads.Select(head => head.Forward(last).to(float32))], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Last(Tensor hidden, long columns) => hidden.narrow(1, hidden.size(1) - columns, columns);

    private static Tensor Join(Tensor? prefix, Tensor columns) => prefix is null ? columns : cat([prefix, columns], 1);

    private void CheckInput(Tensor ids, ConditionPrefix? prefix, LeLmCache? cache)
    {
        if (ids.dim() != 3 || ids.size(1) != Config.Codebooks || ids.size(2) == 0)
            throw new ArgumentException($"Ids have the shape [{string.Join(", ", ids.shape)}], "
                + $"not [batch, {Config.Codebooks}, columns].", nameof(ids));
        if (prefix is not null && cache is { Position: > 0 })
            throw new ArgumentException("Conditions go in front of the first columns only.", nameof(prefix));
        cache?.EnsureRoom(ids.size(0), ids.size(2) + (prefix?.Length ?? 0));
    }
}

/// <summary>What a forward pass yields.</summary>
/// <param name="Logits">[batch, codebooks, columns, classes], float32; entry (q, s) predicts column s + 1.</param>
/// <param name="Hidden1">Stack 1 after its final norm, [batch, prefix + columns, width].</param>
/// <param name="Bridge">Input of stack 2, same shape.</param>
/// <param name="Hidden2">Stack 2 after its final norm, same shape.</param>
internal sealed record LeLmOutput(Tensor Logits, Tensor Hidden1, Tensor Bridge, Tensor Hidden2) : IDisposable
{
    public void Dispose()
    {
        Logits.Dispose();
        Hidden1.Dispose();
        Bridge.Dispose();
        Hidden2.Dispose();
    }
}
