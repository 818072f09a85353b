using LeVo.Core.Listings;

namespace LeVo.Core.Model;

/// <summary>
/// The listing of LeLM's tensors: names, shapes, initial values, and the part of the model they belong to. Both
/// engines, checkpoint validation, the training stages and the memory estimates use it.
/// </summary>
internal sealed class LeLmTensors
{
    private readonly TensorListing mixed = new(), tracks = new();
    private readonly HashSet<string> trackNames;

    /// <param name="config">Sizes of the model.</param>
    public LeLmTensors(LeLmConfig config)
    {
        int width = config.Width;
        TensorScope mixedRoot = mixed.Root, trackRoot = tracks.Root;
        int[] trackCodebooks = [.. Enumerable.Range(1, config.Codebooks - 1)];

        MixedEmbedding = new(mixedRoot.Sub("emb").Sub(0), config.InputRows, width,
            new(InitKind.TruncatedNormal, 1 / Math.Sqrt(width)));
        MixedStack = new(mixedRoot.Sub("transformer").Sub("model"), config, config.MixedLayers);
        MixedHead = new(mixedRoot.Sub("transformer").Sub("lm_head"), width, config.Classes, bias: false);

        TrackEmbeddings = [.. trackCodebooks.Select(k => new EmbeddingTensors(
            trackRoot.Sub("layer2_emb").Sub(k), config.InputRows, width, TensorInit.Normal(1)))];
        TrackStack = new(trackRoot.Sub("transformer2").Sub("model"), config, config.TrackLayers);
        Bridge = new(trackRoot.Sub("mlp"), width);
        TrackHeads = [.. trackCodebooks.Select(k =>
            new LinearTensors(trackRoot.Sub("linears").Sub(k - 1), width, config.Classes, bias: false))];
        Conditions = new(mixedRoot.Sub("condition_provider").Sub("conditioners"),
            trackRoot.Sub("condition_provider").Sub("conditioners"), config);

        mixedRoot.AddUnused("transformer.model.embed_tokens.weight", config.Classes, width);
        trackRoot.AddUnused("layer2_emb.0.weight", config.InputRows, width);
        trackRoot.AddUnused("transformer2.model.embed_tokens.weight", config.Classes, width);
        trackRoot.AddUnused("transformer2.lm_head.weight", config.Classes, width);
        mixedRoot.AddUnused("out_norm.weight", width);
        mixedRoot.AddUnused("out_norm.bias", width);
        trackNames = [.. tracks.All.Select(tensor => tensor.Name)];
    }

    /// <summary>Embeddings of the mixed stream's codes.</summary>
    public EmbeddingTensors MixedEmbedding { get; }

    /// <summary>Embeddings of the tracks' codes, from codebook 1 on.</summary>
    public IReadOnlyList<EmbeddingTensors> TrackEmbeddings { get; }

    /// <summary>The language model over mixed tokens.</summary>
    public StackTensors MixedStack { get; }

    /// <summary>The AR decoder over the tracks' tokens.</summary>
    public StackTensors TrackStack { get; }

    /// <summary>The head of codebook 0.</summary>
    public LinearTensors MixedHead { get; }

    /// <summary>The heads of the tracks, from codebook 1 on.</summary>
    public IReadOnlyList<LinearTensors> TrackHeads { get; }

    /// <summary>Combines the tracks' embeddings with the mixed stack's hidden states.</summary>
    public BridgeTensors Bridge { get; }

    /// <summary>The tables of lyrics, description and audio prompt.</summary>
    public ConditionTensors Conditions { get; }

    /// <summary>The weight matrices of both stacks' layers, to which adapters can be added.</summary>
    public IEnumerable<TensorInfo> LayerMatrices =>
        MixedStack.Layers.Concat(TrackStack.Layers).SelectMany(layer => layer.Matrices);

    /// <summary>The names of all tensors of a checkpoint.</summary>
    public IReadOnlySet<string> Names => All.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>All tensors of a checkpoint, including unused ones.</summary>
    public IEnumerable<TensorInfo> All => mixed.All.Concat(tracks.All);

    /// <summary>The tensors that the model reads.</summary>
    public IEnumerable<TensorInfo> Used => mixed.Used.Concat(tracks.Used);

    /// <summary>
    /// Whether a tensor belongs to the AR decoder: its stack, embeddings, bridge, heads and its part of the audio
    /// prompt. The second training stage trains only these (paper, section 3.4).
    /// </summary>
    public bool IsOfTracks(string name) => trackNames.Contains(name);
}

/// <summary>Two linear layers between the stacks: W2 gelu(W0 [x, h] + b0) + b2.</summary>
internal sealed class BridgeTensors(TensorScope scope, long width)
{
    public LinearTensors Inner { get; } = new(scope.Sub(0), 2 * width, width);

    public LinearTensors Outer { get; } = new(scope.Sub(2), width, width);
}
