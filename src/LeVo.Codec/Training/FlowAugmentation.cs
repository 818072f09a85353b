using LeVo.Codec.Flow;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>The random choices of a flow-matching training step.</summary>
/// <param name="ContextProbability">One draw a batch: the first frames of every item are given.</param>
/// <param name="ShortestContext">Fewest given frames.</param>
/// <param name="LongestContext">Most given frames, drawn for each item.</param>
/// <param name="DropProbability">An item loses its conditions, all streams together.</param>
internal sealed record FlowAugmentation(double ContextProbability = 0.5, int ShortestContext = 64,
    int LongestContext = 128, double DropProbability = 0.1)
{
    /// <summary>Frame kinds, int64 <c>[batch, frames]</c>.</summary>
    /// <param name="lengths">Frames of sound of each item; those beyond are absent.</param>
    /// <param name="frames">Frames of the window.</param>
    /// <param name="random">The draws.</param>
    public Tensor Masks(IReadOnlyList<int> lengths, int frames, Random random)
    {
        bool withContext = random.NextDouble() < ContextProbability;
        var kinds = new long[lengths.Count * frames];
        for (int item = 0; item < lengths.Count; item++)
        {
            Span<long> row = kinds.AsSpan(item * frames, frames);
            row[..Math.Min(frames, lengths[item])].Fill(FrameKind.Generated);
            if (withContext)
                row[..Math.Min(frames, random.Next(ShortestContext, LongestContext + 1))].Fill(FrameKind.Context);
        }
        return tensor(kinds, [lengths.Count, frames]);
    }

    /// <summary>1 where an item keeps its conditions, else 0: <c>[batch]</c>.</summary>
    public Tensor Kept(int batch, Random random) =>
        tensor([.. Enumerable.Range(0, batch).Select(_ => random.NextDouble() < DropProbability ? 0f : 1f)]);

    /// <summary>Times, uniform between 0 and 1: <c>[batch]</c>.</summary>
    public static Tensor Times(int batch, Random random) =>
        tensor([.. Enumerable.Range(0, batch).Select(_ => random.NextSingle())]);
}
