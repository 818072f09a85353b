using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Guided attention: one head is taught to attend to what the next code depends on most, in stack 1 the lyrics token that sounds
/// in the frame, where that is known, in stack 2 the frame's mixed code, which the delay keeps at a fixed distance. Small models
/// find these alignments late or never by themselves.
/// </summary>
internal static class AttentionGuide
{
    /// <summary>The first head in the middle of stack 1: layers before it gather what to look for, those after it use it.</summary>
    public static AttentionProbe MixedProbe(LeLmConfig config) => new(config.MixedLayers / 2, 0);

    /// <summary>The first head of stack 2; null where there is none, or where the tracks come with the mix: then the frame's
    /// mixed code is not known yet.</summary>
    public static AttentionProbe? TracksProbe(LeLmConfig config) =>
        config.TrackLayers > 0 && config.Delays[1] > config.Delays[0] ? new(0, 0) : null;

    /// <summary>Mean negative log-attention from the position that predicts a frame to the frame's lyrics token.</summary>
    /// <param name="probe">What the head attended to.</param>
    /// <param name="tokens">Lyrics token of each frame or -1, <c>[batch, frames]</c>.</param>
    /// <param name="first">The column that predicts the first frame.</param>
    /// <param name="config">Lengths and order of the conditions.</param>
    public static Tensor ToLyrics(AttentionProbe probe, Tensor tokens, long first, LeLmConfig config)
    {
        using var scope = NewDisposeScope();
        // Tokens beyond the lyrics' place in the prefix were cut off.
        using Scalar end = config.LyricsLength.ToScalar();
        Tensor known = tokens.ge(Scalars.Zero).logical_and(tokens.lt(end));
        return Loss(probe, config.PrefixLength + first, tokens.Plus((long)new PrefixLayout(config).StartOf(ConditionKinds.Lyrics)), known).MoveToOuterDisposeScope();
    }

    /// <summary>The same from the position that predicts a frame's first track to the frame's mixed code.</summary>
    /// <param name="probe">What the head attended to.</param>
    /// <param name="pattern">Where frames stand.</param>
    /// <param name="counted">Frames that are there, <c>[batch, frames]</c>, bool.</param>
    /// <param name="config">Lengths of the conditions.</param>
    public static Tensor ToMixed(AttentionProbe probe, DelayPattern pattern, Tensor counted, LeLmConfig config)
    {
        using var scope = NewDisposeScope();
        Tensor columns = Scalars.Range(pattern.Frames, int64, counted.device).Plus(config.PrefixLength + pattern.ColumnOf(0, 0));
        return Loss(probe, config.PrefixLength + pattern.ColumnOf(1, 0) - 1, columns.expand(counted.shape), counted)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Loss(AttentionProbe probe, long firstPosition, Tensor targets, Tensor known)
    {
        Tensor attention = probe.LogAttention ?? throw new ArgumentException("The probe saw no pass.", nameof(probe));
        Tensor rows = attention.narrow(1, firstPosition, targets.size(1));
        Tensor at = targets.masked_fill(known.logical_not(), Scalars.Zero);
        Tensor logs = rows.gather(2, at.unsqueeze(-1)).squeeze(-1);
        Tensor counted = known.to(logs.dtype);
        return -(logs * counted).sum() / counted.sum().clamp_min(Scalars.One);
    }
}
