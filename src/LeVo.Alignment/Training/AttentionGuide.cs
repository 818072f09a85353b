using LeVo.Core.Conditioning;
using LeVo.Core.LanguageModel;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Guided attention: where it is known which lyrics token sounds in which frame, one head of the language model is taught to
/// attend to it. Small models find the alignment of lyrics and frames late or never by themselves.
/// </summary>
internal static class AttentionGuide
{
    /// <summary>The first head in the middle of stack 1: layers before it gather what to look for, those after it use it.</summary>
    public static AttentionProbe Probe(LeLmConfig config) => new(config.Layers / 2, 0);

    /// <summary>Mean negative log-attention from the position that predicts a frame to the frame's lyrics token.</summary>
    /// <param name="probe">What the head attended to.</param>
    /// <param name="tokens">Lyrics token of each frame or -1, <c>[batch, frames]</c>.</param>
    /// <param name="first">The column that predicts the first frame.</param>
    /// <param name="config">Lengths and order of the conditions.</param>
    public static Tensor Loss(AttentionProbe probe, Tensor tokens, long first, LeLmConfig config)
    {
        Tensor attention = probe.LogAttention ?? throw new ArgumentException("The probe saw no pass.", nameof(probe));
        using var scope = NewDisposeScope();
        Tensor rows = attention.narrow(1, config.PrefixLength + first, tokens.size(1));
        // Tokens beyond the lyrics' place in the prefix were cut off.
        Tensor known = tokens.ge(0).logical_and(tokens.lt(config.LyricsLength));
        Tensor at = (tokens + LyricsOffset(config)).masked_fill(known.logical_not(), 0);
        Tensor logs = rows.gather(2, at.unsqueeze(-1)).squeeze(-1);
        Tensor counted = known.to(logs.dtype);
        Tensor loss = -(logs * counted).sum() / counted.sum().clamp_min(1);
        return loss.MoveToOuterDisposeScope();
    }

    private static int LyricsOffset(LeLmConfig config) => config.PrefixOrder.TakeWhile(name => name != ConditionNames.Lyrics)
        .Sum(name => name == ConditionNames.Description ? config.DescriptionLength : config.PromptLength);
}
