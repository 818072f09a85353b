using LeVo.Core.Generation;
using LeVo.Core.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeVo.Samples.Queue;

/// <summary>
/// Makes the songs of the queue. When the host stops in the middle of a song, its progress stays in a file, from which
/// the same order resumes. An order that can't be made doesn't stop the others.
/// </summary>
internal sealed partial class Composer(
    SongQueue queue, ISongGenerator generator, IHostApplicationLifetime lifetime, ILogger<Composer> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (Order order in queue.ReadAllAsync(stoppingToken))
        {
            try
            {
                await MakeAsync(order, stoppingToken);
            }
            catch (Exception e) when (e is ArgumentException or LyricsFormatException or IOException)
            {
                LogRefused(order.Name, e.Message);
            }
        }
        lifetime.StopApplication();
    }

    private async Task MakeAsync(Order order, CancellationToken stoppingToken)
    {
        string progress = order.Name + ".unfinished";
        Song song = await generator.GenerateAsync(
            new() { Lyrics = Lyrics.Parse(order.Lyrics), Seed = 7, ProgressPath = progress }, null, stoppingToken);
        await song.SaveAsync(order.Name + ".flac", stoppingToken);
        File.Delete(progress);
        if (Directory.Exists(progress + ".sound"))
            Directory.Delete(progress + ".sound", recursive: true);
        LogMade(order.Name, song.Audio.Duration.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is made, {Seconds:F1} s long.")]
    private partial void LogMade(string name, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} can't be made: {Problem}")]
    private partial void LogRefused(string name, string problem);
}
