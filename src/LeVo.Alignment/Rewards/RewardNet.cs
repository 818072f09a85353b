using LeVo.Core.Listings;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Embedding = LeVo.Core.Torch.Layers.Embedding;
using Linear = LeVo.Core.Torch.Layers.Linear;

namespace LeVo.Alignment.Rewards;

/// <summary>
/// The network of the reward model: adds the embeddings of a frame's three codes, applies convolutions over time, and
/// projects the mean over the frames to one number. The parameters are owned by the builder's set.
/// </summary>
internal sealed class RewardNet
{
    private readonly Embedding[] embeddings;
    private readonly Convolution[] convolutions;
    private readonly Linear head;
    private readonly long padding;

    public RewardNet(ParameterBuilder parameters, RewardModelSizes sizes)
    {
        var tensors = new RewardTensors(new TensorListing().Root, sizes);
        padding = sizes.CodeSize;
        embeddings = [.. tensors.Embeddings.Select(table => new Embedding(parameters, table))];
        convolutions = [.. tensors.Convolutions.Select(one =>
            new Convolution(parameters.Take(one.Weight), parameters.Take(one.Bias)))];
        head = new Linear(parameters, tensors.Head);
    }

    /// <summary>Computes rewards, <c>[songs]</c>.</summary>
    public Tensor Forward(IReadOnlyList<SongTokens> songs)
    {
        using var scope = NewDisposeScope();
        int frames = Math.Max(1, songs.Max(song => song.Frames));
        Tensor ids = tensor(Ids(songs, frames), [SongTokens.RowCount, songs.Count, frames]);
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
        var ids = new long[SongTokens.RowCount * songs.Count * frames];
        Array.Fill(ids, padding);
        for (int i = 0; i < songs.Count; i++)
        {
            for (int k = 0; k < SongTokens.RowCount; k++)
            {
                ReadOnlySpan<int> row = songs[i].Row((SongPart)k).Span;
                for (int t = 0; t < row.Length; t++)
                {
                    int code = row[t];
                    ids[(k * songs.Count + i) * frames + t] = code < padding
                        ? code
                        : throw new ArgumentException(
                            $"The song has the code {code}; this reward model has {padding} codes.");
                }
            }
        }
        return ids;
    }

    /// <summary>
    /// A convolution over time followed by GELU, which makes the mean over frames non-linear in adjacent codes.
    /// </summary>
    private sealed class Convolution(Parameter weight, Parameter bias)
    {
        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return nn.functional.gelu(nn.functional.conv1d(x, weight, bias, padding: weight.size(2) / 2))
                .MoveToOuterDisposeScope();
        }
    }
}
