using LeVo.Alignment.Policy;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// The losses of the training stages (paper, section 3.4): mean cross-entropy of the codes given all earlier cells of
/// the delay pattern. The end token is an ordinary class; empty cells are ignored.
/// </summary>
internal static class LeLmLoss
{
    /// <summary>Computes the loss of one batch in one stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="model">The model.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="guideWeight">Weight of guided attention.</param>
    /// <param name="markedWeight">Weight of marked frames, in addition to that of every frame, 1.</param>
    public static StepResult Compute(LeLmStage stage, LeLm model, SongBatch batch, double guideWeight = 0,
        double markedWeight = 0) => stage switch
        {
            LeLmStage.Mixed => Mixed(model, batch, guideWeight, markedWeight),
            LeLmStage.Tracks => Tracks(model, batch, guideWeight, markedWeight),
            LeLmStage.Joint => Joint(model, batch, guideWeight, markedWeight),
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
        };

    private static StepResult Mixed(LeLm model, SongBatch batch, double guideWeight, double markedWeight)
    {
        LeLmConfig config = model.Config;
        DelayPattern pattern = PatternOf(config, batch);
        // Columns after the last mixed frame contain only the delayed tracks.
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.ColumnOf(0, pattern.Frames - 1));
        using AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.MixedProbe(config) : null;
        Tensor hidden = model.ReadMixed(ids, model.Conditions.Embed(batch.Conditions), probe: probe);
        Tensor losses = TokenLosses([SequenceLogProbabilities.Input(model, 0, hidden)], batch, pattern, config);
        return Guided(Mean(losses, batch, config, markedWeight, "mixed"), config, batch, pattern, guideWeight, probe);
    }

    private static StepResult Tracks(LeLm model, SongBatch batch, double guideWeight, double markedWeight)
    {
        LeLmConfig config = model.Config;
        DelayPattern pattern = PatternOf(config, batch);
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        ConditionPrefix prefix = model.Conditions.Embed(batch.Conditions);
        Tensor mixed;
        using (no_grad())
            mixed = model.ReadMixed(ids, prefix);
        using AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.TracksProbe(config) : null;
        Tensor hidden = model.ReadTracks(ids, mixed, prefix, probe: probe).TrackHidden;
        Tensor losses = TokenLosses(SequenceLogProbabilities.Inputs(model, mixed, hidden)[1..], batch, pattern, config);
        return Guided(Mean(losses, batch, config, markedWeight, "vocal", "accompaniment"), config, batch, pattern,
            guideWeight, null, probe);
    }

    private static StepResult Joint(LeLm model, SongBatch batch, double guideWeight, double markedWeight)
    {
        LeLmConfig config = model.Config;
        DelayPattern pattern = PatternOf(config, batch);
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        using AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.MixedProbe(config) : null;
        using AttentionProbe? trackProbe = guideWeight > 0 ? AttentionGuide.TracksProbe(config) : null;
        ConditionPrefix prefix = model.Conditions.Embed(batch.Conditions);
        Tensor mixed = model.ReadMixed(ids, prefix, probe: probe);
        Tensor tracks = model.ReadTracks(ids, mixed, prefix, probe: trackProbe).TrackHidden;
        Tensor losses = TokenLosses(SequenceLogProbabilities.Inputs(model, mixed, tracks), batch, pattern, config);
        return Guided(Mean(losses, batch, config, markedWeight, "mixed", "vocal", "accompaniment"), config, batch, pattern,
            guideWeight, probe, trackProbe);
    }

    /// <summary>Adds the attention losses of the existing probes.</summary>
    private static StepResult Guided(StepResult result, LeLmConfig config, SongBatch batch, DelayPattern pattern,
        double weight, AttentionProbe? mixed, AttentionProbe? tracks = null)
    {
        if (mixed is null && tracks is null)
            return result;
        Tensor guide = zeros(1, device: result.Loss.device).squeeze();
        if (mixed is not null)
            guide = guide.Plus(AttentionGuide.ToLyrics(mixed, batch.LyricsTokens, pattern.ColumnOf(0, 0) - 1, config));
        if (tracks is not null)
            guide = guide.Plus(AttentionGuide.ToMixed(tracks, pattern, Counted(batch, config), config));
        return new(result.Loss.Plus(guide.Times(weight)), [.. result.Metrics, ("guide", guide)]);
    }

    private static Tensor Counted(SongBatch batch, LeLmConfig config) => batch.Codes.select(1, 0).IsNot(config.SpecialId);

    private static DelayPattern PatternOf(LeLmConfig config, SongBatch batch) => config.CreatePattern((int)batch.Codes.shape[2]);

    /// <summary>Cross-entropy of each code, <c>[batch, inputs, frames]</c>; 0 for empty cells.</summary>
    private static Tensor TokenLosses(
        IReadOnlyList<HeadInput> inputs, SongBatch batch, DelayPattern pattern, LeLmConfig config) =>
        -SequenceLogProbabilities.Compute(inputs, config.PrefixLength, batch.Codes, pattern, config.SpecialId);

    private static StepResult Mean(Tensor losses, SongBatch batch, LeLmConfig config, double markedWeight,
        params string[] names)
    {
        Tensor counted = Counted(batch, config).to(float32);
        Tensor weights = markedWeight > 0 ? counted.Plus(batch.Marked.Times(markedWeight)) : counted;
        Tensor loss = (losses * weights.unsqueeze(1)).sum() / weights.sum().Times(names.Length);
        List<(string, Tensor)> metrics = [];
        for (int row = 0; row < names.Length; row++)
        {
            Tensor of = losses.select(1, row).detach();
            metrics.Add((names[row], of.sum() / counted.sum()));
            metrics.Add((names[row] + ".marked", (of * batch.Marked).sum() / batch.Marked.sum().clamp_min(Scalars.One)));
        }
        return new(loss, [.. metrics]);
    }
}
