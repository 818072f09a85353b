using LeVo.Core.Listings;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Rewards;

/// <summary>The tensors of a reward model.</summary>
internal sealed class RewardTensors(TensorScope root, RewardModelSizes sizes)
{
    /// <summary>Embeddings of codes, one table per stream; the row after the codes is padding.</summary>
    public IReadOnlyList<EmbeddingTensors> Embeddings { get; } =
    [
        .. Enumerable.Range(0, SongTokens.RowCount).Select(k => new EmbeddingTensors(
            root.Sub("emb").Sub(k), sizes.CodeSize + 1, sizes.Width, TensorInit.Normal(0.5), sizes.CodeSize)),
    ];

    /// <summary>Convolutions over time: weights <c>[width, width, kernel]</c> and biases <c>[width]</c>.</summary>
    public IReadOnlyList<(TensorInfo Weight, TensorInfo Bias)> Convolutions { get; } =
    [
        .. Enumerable.Range(0, sizes.Layers).Select(i => (
            root.Sub("conv").Sub(i).Add("weight", [sizes.Width, sizes.Width, sizes.Kernel],
                TensorInit.FanIn((long)sizes.Width * sizes.Kernel)),
            root.Sub("conv").Sub(i).Add("bias", [sizes.Width], TensorInit.Zeros))),
    ];

    /// <summary>The linear layer from the mean over the frames to the reward.</summary>
    public LinearTensors Head { get; } = new(root.Sub("head"), sizes.Width, 1, bias: false);
}
