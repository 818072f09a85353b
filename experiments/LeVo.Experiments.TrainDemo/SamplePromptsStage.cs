using LeVo.Codec.Training;
using LeVo.Core.Audio;
using LeVo.Core.Prompts;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// Writes the audio prompts of <c>samples/songs</c>: two recordings of held-out songs with their vocal, and ready-made prompts
/// of every genre.
/// </summary>
internal static class SamplePromptsStage
{
    private const int PromptsOfGenre = 4;

    /// <summary>Longer than the model reads, so that the beginning is cut off as from any recording.</summary>
    private const int Frames = 30;

    public static async Task RunAsync(DemoFolders folders, string samples, CancellationToken cancellation)
    {
        string recordings = Directory.CreateDirectory(Path.Combine(samples, "prompts")).FullName;
        PromptPair pair = PromptPair.Create(1)[0];
        foreach (MiniSongSpec spec in (MiniSongSpec[])[pair.Prompt, pair.Other])
        {
            MiniSong song = MiniRenderer.Render(spec);
            int start = SungExcerpt.Start(song.Phone, Frames);
            Waveform vocal = Sound(song.Vocal, start), mix = Sound(song.Mix(), start);
            string name = MiniStyle.Singers[PromptPair.StyleOf(spec).Singer];
            await AudioFile.WriteAsync(Path.Combine(recordings, name + ".flac"), mix, cancellationToken: cancellation);
            await AudioFile.WriteAsync(Path.Combine(recordings, name + "_vocal.flac"), vocal, cancellationToken: cancellation);
        }
        using var encoder = new SongEncoder(folders.MixedCodec, folders.DualCodec, DemoSizes.Encoder, DemoSizes.Taps);
        var lists = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<SongTokens>>>();
        PromptPair[] pairs = [.. PromptPair.Create(MiniStyle.Genres.Count * PromptsOfGenre * 2)];
        for (int genre = 0; genre < MiniStyle.Genres.Count; genre++)
        {
            lists.Add(MiniStyle.Genres[genre], new Dictionary<string, IReadOnlyList<SongTokens>>
            {
                ["en"] = [.. pairs.Select(one => one.Prompt).Where(spec => PromptPair.StyleOf(spec).Genre == genre)
                    .Take(PromptsOfGenre).Select(spec => SungExcerpt.Encode(encoder, spec, DemoSizes.LanguageModel.PromptFrames))],
            });
        }
        new AutoPrompts("", lists).Save(Path.Combine(samples, "auto_prompts.safetensors"));
    }

    private static Waveform Sound(float[][] stereo, int start) => new(Excerpts.Cut(stereo, start, Frames), MiniSong.SampleRate);
}
