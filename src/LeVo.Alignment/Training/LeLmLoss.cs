using LeVo.Alignment.Policy;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// The losses of the training stages (paper, section 3.4): mean cross-entropy of the codes given all earlier cells of
/// the delay pattern. The end token is an ordinary class; empty cells are ignored.
/// </summary>
internal static class LeLmLoss
{
    private const long Ignored = -100;

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
        DelayPattern pattern = PatternOf(model.Config, batch);
        // Columns after the last mixed frame contain only the delayed tracks.
        Tensor ids = pattern.Build(batch.Codes, model.Config.SpecialId)
            .narrow(2, 0, pattern.ColumnOf(0, pattern.Frames - 1));
        AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.MixedProbe(model.Config) : null;
        Tensor logits = model.ForwardMixed(ids, model.Conditions.Embed(batch.Conditions), probe);
        Tensor mixed = logits.narrow(2, pattern.ColumnOf(0, 0) - 1, pattern.Frames);
        Tensor losses = TokenLosses(mixed, batch.Codes.narrow(1, 0, 1), model.Config);
        return Guided(Mean(losses, batch, model.Config, markedWeight, ("mixed", 0)), model.Config, batch, pattern, guideWeight, probe);
    }

    private static StepResult Tracks(LeLm model, SongBatch batch, double guideWeight, double markedWeight)
    {
        LeLmConfig config = model.Config;
        DelayPattern pattern = PatternOf(config, batch);
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        ConditionPrefix prefix = model.Conditions.Embed(batch.Conditions);
        Tensor hidden1;
        using (no_grad())
            hidden1 = model.ReadMixed(ids, prefix);
        AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.TracksProbe(config) : null;
        Tensor tracks = model.ForwardTracks(ids, hidden1, prefix, probe);
        // The pattern aligns all codebooks; the mixed one has no logits here, so the first track's are used as a
        // placeholder.
        Tensor aligned = pattern.RevertLogits(cat([tracks.narrow(1, 0, 1), tracks], 1)).narrow(1, 1, config.Codebooks - 1);
        Tensor losses = TokenLosses(aligned, batch.Codes.narrow(1, 1, config.Codebooks - 1), config);
        StepResult result = Mean(losses, batch, config, markedWeight, ("vocal", 0), ("accompaniment", 1));
        return Guided(result, config, batch, pattern, guideWeight, null, probe);
    }

    private static StepResult Joint(LeLm model, SongBatch batch, double guideWeight, double markedWeight)
    {
        LeLmConfig config = model.Config;
        DelayPattern pattern = PatternOf(config, batch);
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        AttentionProbe? probe = guideWeight > 0 ? AttentionGuide.MixedProbe(config) : null;
        AttentionProbe? trackProbe = guideWeight > 0 ? AttentionGuide.TracksProbe(config) : null;
        Tensor logits =
            model.Forward(ids, model.Conditions.Embed(batch.Conditions), probe: probe, trackProbe: trackProbe).Logits;
        Tensor losses = TokenLosses(pattern.RevertLogits(logits), batch.Codes, config);
        StepResult result = Mean(losses, batch, config, markedWeight, ("mixed", 0), ("vocal", 1), ("accompaniment", 2));
        return Guided(result, config, batch, pattern, guideWeight, probe, trackProbe);
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

    /// <summary>Cross-entropy of each code, <c>[batch, codebooks, frames]</c>; 0 for empty cells.</summary>
    private static Tensor TokenLosses(Tensor logits, Tensor codes, LeLmConfig config)
    {
        using Scalar ignored = Ignored.ToScalar();
        Tensor targets = codes.masked_fill(codes.Is(config.SpecialId), ignored);
        return nn.functional.cross_entropy(logits.reshape(-1, config.Classes), targets.reshape(-1), reduction: nn.Reduction.None)
            .view(codes.shape);
    }

    private static StepResult Mean(Tensor losses, SongBatch batch, LeLmConfig config, double markedWeight,
        params (string Name, long Row)[] rows)
    {
        Tensor counted = Counted(batch, config).to(float32);
        Tensor weights = markedWeight > 0 ? counted.Plus(batch.Marked.Times(markedWeight)) : counted;
        Tensor loss = (losses * weights.unsqueeze(1)).sum() / weights.sum().Times(rows.Length);
        List<(string, Tensor)> metrics = [];
        foreach ((string name, long row) in rows)
        {
            Tensor of = losses.select(1, row).detach();
            metrics.Add((name, of.sum() / counted.sum()));
            metrics.Add((name + ".marked", (of * batch.Marked).sum() / batch.Marked.sum().clamp_min(Scalars.One)));
        }
        return new(loss, [.. metrics]);
    }
}
