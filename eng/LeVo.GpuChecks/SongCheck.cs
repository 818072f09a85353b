using System.Diagnostics;
using System.Globalization;
using LeVo.Benchmarks.Songs;
using LeVo.Core;
using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.GpuChecks;

/// <summary>A whole song from lyrics to a WAV file, as an application makes it.</summary>
internal static class SongCheck
{
    public static async Task<CheckResult> RunAsync(CheckSettings settings)
    {
        if (!settings.IsRehearsal)
            ReleasedSizeFolder.Ensure(settings.Folder, ReleasedSizeFolder.V2Medium);
        string folder = settings.IsRehearsal ? CheckSettings.Demo : settings.Folder;
        string wav = Path.Combine(Path.GetTempPath(), $"levo-gpu-check-{Environment.ProcessId}.wav");
        var services = new ServiceCollection();
        services.AddLeVo(options =>
            (options.ModelPath, options.Device, options.Backend) = (folder, settings.DeviceName, ModelBackend.Torch)).AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            var watch = Stopwatch.StartNew();
            Song song = await provider.GetRequiredService<ISongGenerator>().GenerateAsync(new()
            {
                Lyrics = CheckSettings.Lyrics,
                Description = "female, pop, piano, slow",
                Duration = TimeSpan.FromSeconds(settings.SongSeconds),
                Seed = 1,
            }).ConfigureAwait(false);
            await song.SaveAsync(wav).ConfigureAwait(false);
            double whole = watch.Elapsed.TotalSeconds, length = song.Audio.Duration.TotalSeconds;
            double tokens = song.TokenTime.TotalSeconds, sound = song.AudioTime.TotalSeconds;
            bool sounds = song.Audio.Channels.All(channel => channel.All(float.IsFinite));
            return new(sounds && (settings.IsRehearsal || length > settings.SongSeconds - 1), string.Create(CultureInfo.InvariantCulture,
                $"{length:0.0} s of sound: tokens {tokens:0.0} s, sound {sound:0.0} s, {(tokens + sound) / length:0.00} x the playing "
                + $"time; with loading and file {whole:0.0} s"));
        }
        finally
        {
            File.Delete(wav);
            File.Delete(Path.ChangeExtension(wav, ".json"));
        }
    }
}
