// How does one hear the beginning of a song while its end is still being computed?
// The sound comes in blocks, window by window. Here each one is appended to a WAV file; the song's tokens are saved at the end:
// dotnet run -c Release --project samples/LeVo.Samples.Stream -- --lyrics "[verse] Morning light"
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

var line = new ProgramArguments(args, ["--lyrics", "--model", "--seed"]);
ulong? seed = line.Number("--seed", 0, ulong.MaxValue);
if (line.Answer("Stream [--lyrics TEXT] [--model DIR] [--seed N]: writes song.wav, block by block, and song.safetensors.") is { } exitCode)
    return exitCode;
LeVoRuntime.TuneAllocator();
var services = new ServiceCollection();
services.AddLeVo(options => options.ModelPath = line.Text("--model") ?? "models/levo-demo").AddMusicCodec();
await using ServiceProvider provider = services.BuildServiceProvider();
var request = new SongRequest
{
    Lyrics = Lyrics.Parse(line.Text("--lyrics") ?? "[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
    Description = "female, pop, piano, slow",
    Seed = seed,
};
int sampleRate = provider.GetRequiredService<IMusicCodec>().SampleRate;
using var file = new WavStreamWriter("song.wav", channelCount: 2, sampleRate);
SongStream stream = provider.GetRequiredService<ISongGenerator>().StreamAsync(request);
await foreach (Waveform block in stream)
{
    file.Append(block);
    Console.WriteLine($"{(double)file.Length / sampleRate:F1} s");
}
file.Complete(); // until here the file has no name
Song song = await stream.Completion;
song.Tokens.Save("song.safetensors"); // ISongGenerator.DecodeAsync makes the same sound from them
Console.WriteLine($"seed {song.Request.Seed}: tokens {song.TokenTime.TotalSeconds:F1} s, sound {song.AudioTime.TotalSeconds:F1} s");
return 0;
