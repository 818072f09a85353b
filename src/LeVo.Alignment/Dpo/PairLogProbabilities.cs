using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Training;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Dpo;

/// <summary>Computes log-probabilities of the songs of pairs under a model in training.</summary>
internal static class PairLogProbabilities
{
    /// <summary>
    /// Computes chosen and rejected songs in one pass, each <c>[pairs, 3]</c>. If only the mixed stream is included,
    /// the AR decoder does not run and the other two are 0.
    /// </summary>
    public static (StreamLogProbabilities Chosen, StreamLogProbabilities Rejected) Compute(
        TrainedLeLm lelm, IReadOnlyList<PreferencePair> pairs, bool mixedAlone)
    {
        using var scope = NewDisposeScope();
        SongBatch batch = lelm.Batch(
        [
            .. pairs.Select(pair => Song(pair, pair.Chosen)), .. pairs.Select(pair => Song(pair, pair.Rejected)),
        ]);
        LeLmConfig config = lelm.Config;
        DelayPattern pattern = config.CreatePattern((int)batch.Codes.size(2));
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        ConditionPrefix prefix = lelm.Model.Conditions.Embed(batch.Conditions);
        Tensor counts = batch.Codes.IsNot(config.SpecialId).to(float32).sum(2);
        Tensor sums;
        if (mixedAlone)
        {
            var first = new DelayPattern([config.Delays[0]], pattern.Frames, config.FlattenFirst, config.EmptyInitial);
            // Columns after the last mixed frame contain only the delayed tracks.
            Tensor hidden = lelm.Model.ReadMixed(ids.narrow(2, 0, first.Columns - 1), prefix);
            Tensor each = SequenceLogProbabilities.Compute([SequenceLogProbabilities.Input(lelm.Model, 0, hidden)],
                prefix.Length, batch.Codes, first, config.SpecialId);
            sums = nn.functional.pad(SequenceLogProbabilities.Sum(each), [0, config.Codebooks - 1]);
        }
        else
        {
            Tensor mixed = lelm.Model.ReadMixed(ids, prefix);
            Tensor tracks = lelm.Model.ReadTracks(ids, mixed, prefix).TrackHidden;
            Tensor each = SequenceLogProbabilities.Compute(SequenceLogProbabilities.Inputs(lelm.Model, mixed, tracks),
                prefix.Length, batch.Codes, pattern, config.SpecialId);
            sums = SequenceLogProbabilities.Sum(each);
        }
        return (Half(0), Half(1));

        StreamLogProbabilities Half(int index) => new(
            sums.narrow(0, index * pairs.Count, pairs.Count).MoveToOuterDisposeScope(),
            counts.narrow(0, index * pairs.Count, pairs.Count).MoveToOuterDisposeScope());
    }

    private static TrainingSong Song(PreferencePair pair, SongTokens tokens) =>
        new(tokens, pair.Condition.Lyrics, pair.Condition.Description) { Prompt = pair.Condition.Prompt };
}
