using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// LeLM (paper, section 3): a language model over mixed tokens (stack 1), whose hidden states a smaller AR decoder
/// (stack 2) combines with the delayed dual-track tokens. One forward method is used for training (no cache), prefill
/// and single steps. The parameters are owned by the builder's set; disposing the model frees only the tables that it
/// computes.
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

    /// <param name="parameters">The builder that provides the weights.</param>
    /// <param name="tensors">The model's tensors.</param>
    /// <param name="config">Sizes.</param>
    public LeLm(ParameterBuilder parameters, LeLmTensors tensors, LeLmConfig config)
    {
        Config = config;
        Conditions = new(parameters, tensors.Conditions, config);
        mixedEmbedding = new(parameters, tensors.MixedEmbedding);
        mixedStack = new(parameters, tensors.MixedStack, config, config.MixedRopeTheta);
        mixedHead = new(parameters, tensors.MixedHead);
        trackEmbeddings = [.. tensors.TrackEmbeddings.Select(table => new Embedding(parameters, table))];
        trackStack = new(parameters, tensors.TrackStack, config, config.TrackRopeTheta);
        bridge = new(parameters, tensors.Bridge);
        trackHeads = [.. tensors.TrackHeads.Select(head => new Linear(parameters, head))];
    }

    public LeLmConfig Config { get; }

    /// <summary>The embedder of the conditions.</summary>
    public ConditionEmbedder Conditions { get; }

    /// <summary>The device of the weights.</summary>
    public Device Device => mixedEmbedding.Weight.device;

    /// <summary>Element type of weights and hidden states.</summary>
    public ScalarType Type => mixedEmbedding.Weight.dtype;

    /// <summary>Whether training recomputes the layers' activations instead of storing them.</summary>
    public bool CheckpointActivations
    {
        get => mixedStack.CheckpointActivations;
        set => mixedStack.CheckpointActivations = trackStack.CheckpointActivations = value;
    }

    /// <summary>Runs both stacks and all heads.</summary>
    /// <param name="ids">Columns of the delayed pattern [batch, codebooks, columns], int64.</param>
    /// <param name="prefix">Conditions before the columns; null to continue after a cached prefix or to have
    /// none.</param>
    /// <param name="cache">The cache of earlier positions, which this call extends; null in training.</param>
    /// <param name="lastOnly">Whether to evaluate the heads only at the last column.</param>
    /// <param name="probe">Records one head of stack 1 in training, or null.</param>
    /// <param name="trackProbe">Records one head of stack 2 in training, or null.</param>
    public LeLmOutput Forward(Tensor ids, ConditionPrefix? prefix = null, KvCache? cache = null,
        bool lastOnly = false, AttentionProbe? probe = null, AttentionProbe? trackProbe = null)
    {
        using var scope = NewDisposeScope();
        long columns = lastOnly ? 1 : ids.size(2);
        Tensor mixedHidden = ReadMixed(ids, prefix, cache, probe);
        (Tensor joined, Tensor trackHidden) = ReadTracks(ids, mixedHidden, prefix, cache, trackProbe);
        cache?.Advance(mixedHidden.size(1));
        Tensor lastMixed = Last(mixedHidden, columns), lastTracks = Last(trackHidden, columns);
        return new(
            stack([.. Enumerable.Range(0, Config.Codebooks).Select(q => Logits(q, q == 0 ? lastMixed : lastTracks))], 1)
                .MoveToOuterDisposeScope(),
            mixedHidden.MoveToOuterDisposeScope(),
            joined.MoveToOuterDisposeScope(),
            trackHidden.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Processes conditions, or a chunk of them, and stores them in the cache; columns follow in calls without a
    /// prefix.
    /// </summary>
    public void ReadPrefix(ConditionPrefix piece, KvCache cache)
    {
        using var scope = NewDisposeScope();
        cache.EnsureRoom(piece.Mixed.size(0), piece.Length);
        Tensor mixedHidden = mixedStack.Forward(piece.Mixed, cache.Position, cache.Mixed);
        trackStack.Forward(bridge.Forward(piece.Tracks, mixedHidden), cache.Position, cache.Tracks);
        cache.Advance(piece.Length);
    }

    /// <summary>Hidden states of stack 1 after its final norm, [batch, prefix + columns, width].</summary>
    public Tensor ReadMixed(
        Tensor ids, ConditionPrefix? prefix = null, KvCache? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        CheckInput(ids, prefix, cache);
        Tensor x = Join(prefix?.Mixed, mixedEmbedding.Forward(ids.select(1, 0)));
        return mixedStack.Forward(x, cache?.Position ?? 0, cache?.Mixed, probe).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of a codebook, float32 <c>[batch, positions, classes]</c>.</summary>
    /// <param name="codebook">The codebook, from 0.</param>
    /// <param name="hidden">Hidden states of its stack, <c>[batch, positions, width]</c>.</param>
    public Tensor Logits(int codebook, Tensor hidden)
    {
        Tensor logits = (codebook == 0 ? mixedHead : trackHeads[codebook - 1]).Forward(hidden);
        if (logits.dtype == float32)
            return logits;
        using (logits)
            return logits.to(float32);
    }

    public void Dispose()
    {
        mixedStack.Dispose();
        trackStack.Dispose();
    }

    /// <summary>
    /// Runs stack 2 with given hidden states of stack 1 (<see cref="ReadMixed"/>, without gradients if stack 1 is frozen):
    /// its input and its hidden states after its final norm, both <c>[batch, prefix + columns, width]</c>.
    /// </summary>
    public (Tensor Joined, Tensor TrackHidden) ReadTracks(
        Tensor ids, Tensor mixedHidden, ConditionPrefix? prefix = null, KvCache? cache = null, AttentionProbe? probe = null)
    {
        using var scope = NewDisposeScope();
        Tensor embedded = trackEmbeddings[0].Forward(ids.select(1, 1));
        for (int k = 2; k < Config.Codebooks; k++)
            embedded = embedded.Plus(trackEmbeddings[k - 1].Forward(ids.select(1, k)));
        Tensor joined = bridge.Forward(Join(prefix?.Tracks, embedded), mixedHidden);
        Tensor trackHidden = trackStack.Forward(joined, cache?.Position ?? 0, cache?.Tracks, probe);
        return (joined.MoveToOuterDisposeScope(), trackHidden.MoveToOuterDisposeScope());
    }

    private static Tensor Last(Tensor hidden, long columns) => hidden.narrow(1, hidden.size(1) - columns, columns);

    private static Tensor Join(Tensor? prefix, Tensor columns) => prefix is null ? columns : cat([prefix, columns], 1);

    private void CheckInput(Tensor ids, ConditionPrefix? prefix, KvCache? cache)
    {
        if (ids.dim() != 3 || ids.size(1) != Config.Codebooks || ids.size(2) == 0)
            throw new ArgumentException($"Ids have the shape [{string.Join(", ", ids.shape)}], "
                + $"not [batch, {Config.Codebooks}, columns].", nameof(ids));
        if (prefix is not null && cache is { Position: > 0 })
            throw new ArgumentException("Conditions are allowed only before the first columns.", nameof(prefix));
        cache?.EnsureRoom(ids.size(0), ids.size(2) + (prefix?.Length ?? 0));
    }
}

/// <summary>The outputs of a forward pass.</summary>
/// <param name="Logits">[batch, codebooks, columns, classes], float32; entry (q, s) predicts column s + 1.</param>
/// <param name="MixedHidden">Hidden states of stack 1 after its final norm, [batch, prefix + columns, width].</param>
/// <param name="Bridge">Input of stack 2, same shape.</param>
/// <param name="TrackHidden">Hidden states of stack 2 after its final norm, same shape.</param>
internal sealed record LeLmOutput(Tensor Logits, Tensor MixedHidden, Tensor Bridge, Tensor TrackHidden) : IDisposable
{
    public void Dispose()
    {
        Logits.Dispose();
        MixedHidden.Dispose();
        Bridge.Dispose();
        TrackHidden.Dispose();
    }
}
