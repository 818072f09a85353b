using LeVo.Codec.Model;
using LeVo.Core.Generation;

namespace LeVo.Codec.Decoding;

/// <summary>The settings that a <see cref="DecoderEffort"/> stands for; they were chosen from the table of
/// docs/performance.md.</summary>
internal static class EffortSettings
{
    private const int ReleasedSteps = 10;

    /// <summary>The settings of a model folder with an effort.</summary>
    public static SoundSettings With(this SoundSettings settings, DecoderEffort effort)
    {
        if (effort == DecoderEffort.Exact || settings.Flow.Steps != ReleasedSteps)
            return settings;
        return settings with
        {
            EndsWithSong = true,
            Flow = settings.Flow with
            {
                Steps = effort == DecoderEffort.Balanced ? 6 : 4,
                SecondOrder = true,
                GuidanceEvery = 2,
            },
        };
    }
}
