using LeVo.Core.Listings;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Embedding = LeVo.Core.Torch.Layers.Embedding;
using Linear = LeVo.Core.Torch.Layers.Linear;

namespace LeVo.Alignment.Rewards;

/// <summary>
/// Scores songs: the embeddings of a frame's three codes are added, convolutions cover neighbouring frames, and the mean
/// over the frames gives one number. The parameters belong to the builder's set.
/// </summary>
internal sealed class RewardNet
{
    private readonly Embedding[] embeddings;
    private readonly Convolution[] convolutions;
    private readonly Linear head;
    private readonly long padding;

    public RewardNet(ParameterScope root, RewardModelSizes sizes)
    {
        padding = sizes.CodeSize;
        embeddings = [.. Enumerable.Range(0, 3).Select(k => new Embedding(
            root.Sub("emb").Sub(k), sizes.CodeSize + 1, sizes.Width, TensorInit.Normal(0.5), padding))];
        convolutions = [.. Enumerable.Range(0, sizes.Layers).Select(i =>
            new Convolution(root.Sub("conv").Sub(i), sizes.Width, sizes.Kernel))];
        head = new Linear(root.Sub("head"), sizes.Width, 1, bias: false);
    }

    /// <summary>Rewards, <c>[songs]</c>.</summary>
    public Tensor Forward(IReadOnlyList<SongTokens> songs)
    {
        using var scope = NewDisposeScope();
        int frames = Math.Max(1, songs.Max(song => song.Frames));
        Tensor ids = tensor(Ids(songs, frames), [3, songs.Count, frames]);
        Tensor real = ids[0].IsNot(padding).to(float32).unsqueeze(1);
        Tensor x = embeddings[0].Forward(ids[0]).Plus(embeddings[1].Forward(ids[1])).Plus(embeddings[2].Forward(ids[2]));
        x = x.transpose(1, 2) * real;
        foreach (Convolution convolution in convolutions)
            x = x.Plus(convolution.Forward(x)) * real;
        Tensor mean = x.sum(2) / real.sum(2).clamp_min(Scalars.One);
        return head.Forward(mean).squeeze(1).MoveToOuterDisposeScope();
    }

    private long[] Ids(IReadOnlyList<SongTokens> songs, int frames)
    {
        var ids = new long[3 * songs.Count * frames];
        Array.Fill(ids, padding);
        for (int i = 0; i < songs.Count; i++)
        {
            ReadOnlyMemory<int>[] rows = [songs[i].Mixed, songs[i].Vocal, songs[i].Accompaniment];
            for (int k = 0; k < rows.Length; k++)
            {
                for (int t = 0; t < songs[i].Frames; t++)
                {
                    int code = rows[k].Span[t];
                    ids[(k * songs.Count + i) * frames + t] = code < padding
                        ? code
                        : throw new ArgumentException(
                            $"The song has the code {code}; this reward model has {padding} codes.");
                }
            }
        }
        return ids;
    }

    /// <summary>A convolution over time and a GELU: the mean over frames must not be linear in neighbouring
    /// codes.</summary>
    private sealed class Convolution(ParameterScope scope, long width, long kernel)
    {
        private readonly Parameter weight =
            scope.Take("weight", [width, width, kernel], TensorInit.FanIn(width * kernel));

        private readonly Parameter bias = scope.Take("bias", [width], TensorInit.Zeros);

        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return nn.functional.gelu(nn.functional.conv1d(x, weight, bias, padding: kernel / 2))
                .MoveToOuterDisposeScope();
        }
    }
}
