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
/// Guided attention: an auxiliary loss that trains one head to attend to the position that the next code depends on
/// most: in stack 1 the lyrics token sung in the frame, if known; in stack 2 the frame's mixed code, which the delay
/// keeps at a fixed distance. Small models learn these alignments late or not at all without it.
/// </summary>
internal static class AttentionGuide
{
    /// <summary>
    /// Creates the probe for the first head of stack 1's middle layer: earlier layers compute the query, later ones
    /// use the result.
    /// </summary>
    public static AttentionProbe MixedProbe(LeLmConfig config) => new(config.MixedLayers / 2, 0);

    /// <summary>
    /// Creates the probe for the first head of stack 2; null if there is no stack 2, or if the tracks are not
    /// delayed, since then the frame's mixed code is not yet known.
    /// </summary>
    public static AttentionProbe? TracksProbe(LeLmConfig config) =>
        config.TrackLayers > 0 && config.Delays[1] > config.Delays[0] ? new(0, 0) : null;

    /// <summary>
    /// Mean negative log-attention from the position that predicts a frame to the frame's lyrics token.
    /// </summary>
    /// <param name="probe">The recorded attention.</param>
    /// <param name="tokens">Lyrics token of each frame or -1, <c>[batch, frames]</c>.</param>
    /// <param name="first">The column that predicts the first frame.</param>
    /// <param name="config">Lengths and order of the conditions.</param>
    public static Tensor ToLyrics(AttentionProbe probe, Tensor tokens, long first, LeLmConfig config)
    {
        using var scope = NewDisposeScope();
        // Tokens beyond the lyrics' length in the prefix are truncated.
        using Scalar end = config.LyricsLength.ToScalar();
        Tensor known = tokens.ge(Scalars.Zero).logical_and(tokens.lt(end));
        return Loss(probe, config.PrefixLength + first, tokens.Plus((long)new PrefixLayout(config).StartOf(ConditionKinds.Lyrics)), known).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Mean negative log-attention from the position that predicts a frame's first track to the frame's mixed code.
    /// </summary>
    /// <param name="probe">The recorded attention.</param>
    /// <param name="pattern">The delay pattern.</param>
    /// <param name="counted">Mask of the frames that are not padding, <c>[batch, frames]</c>, bool.</param>
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
        Tensor attention = probe.LogAttention ?? throw new ArgumentException("The probe has not recorded a pass.", nameof(probe));
        Tensor rows = attention.narrow(1, firstPosition, targets.size(1));
        Tensor at = targets.masked_fill(known.logical_not(), Scalars.Zero);
        Tensor logs = rows.gather(2, at.unsqueeze(-1)).squeeze(-1);
        Tensor counted = known.to(logs.dtype);
        return -(logs * counted).sum() / counted.sum().clamp_min(Scalars.One);
    }
}
