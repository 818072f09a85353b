using LeVo.Codec.Model;
using LeVo.Core.Generation;

namespace LeVo.Codec;

/// <summary>What an effort means. The settings were chosen from the table in docs/performance.md, which the stage
/// <c>decoders</c> of experiments/LeVo.Experiments.TrainDemo computes.</summary>
internal static class EffortSettings
{
    /// <summary>The settings of a model folder that sets no steps of its own, with an effort; windows and guidance's coefficient
    /// stay the folder's.</summary>
    public static SoundSettings Of(SoundSettings folder, DecoderEffort effort) => effort switch
    {
        DecoderEffort.Exact => folder,
        DecoderEffort.Balanced => folder with
        {
            Flow = new(6, folder.Flow.Guidance),
            EndsWithSong = true,
        },
        DecoderEffort.Fast => folder with
        {
            Flow = new(5, folder.Flow.Guidance) { SecondOrder = true, GuidanceEvery = 2 },
            EndsWithSong = true,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, "No such effort."),
    };
}
