using LeVo.Codec.Planning;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Prompts;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Encoding;

/// <summary>A prompt from sound files to the decoder's continuation, with the demo model's codec.</summary>
public sealed class DemoPromptTests : IDisposable
{
    private const int Rate = 22_050;
    private static readonly string Demo = Path.Combine(Repository.Root, "models", "levo-demo");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-prompt-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StemsInFilesBecomeCodesAndAreContinued()
    {
        using MusicCodec codec = MusicCodec.Load(Demo);
        using LeVoModel model = LeVoModel.Load(Demo);
        ModelInfo info = model.Info;
        int frames = (int)(info.PromptDuration.TotalSeconds * info.FrameRate);
        var loader = new PromptLoader(codec, info, cacheFolder: folder.FullName);
        float[] high = Tone(660, 0.3f), low = Tone(440, 0.3f), bass = Tone(110, 0.2f);
        SongPrompt first = await Load(high, bass);
        Assert.Equal((frames, info.FrameRate), (first.Tokens.Frames, first.Tokens.FrameRate));
        Assert.All(first.Tokens.Codes.ToArray(), code => Assert.InRange(code, 0, 511));
        Assert.Equal((2, codec.SampleRate), (first.Stems!.Vocal.ChannelCount, first.Stems.Vocal.SampleRate));
        Assert.Equal(first.Tokens, (await Load(high, bass)).Tokens);
        Assert.Single(folder.GetFiles("*.prompt.safetensors"));

        // Each stem has codes of its own.
        SongPrompt second = await Load(low, bass);
        Assert.Equal(Row(first, SongPart.Accompaniment), Row(second, SongPart.Accompaniment));
        Assert.NotEqual(Row(first, SongPart.Vocal), Row(second, SongPart.Vocal));
        Assert.NotEqual(Row(first, SongPart.Mixed), Row(second, SongPart.Mixed));

        float[] plain = await Decode(null), continued = await Decode(first.Stems);
        Assert.Equal(WindowPlan.TargetSamples(frames, info.FrameRate, codec.SampleRate), continued.Length);
        Assert.Equal(plain.Length, continued.Length);
        Assert.All(continued, sample => Assert.True(float.IsFinite(sample)));
        Assert.NotEqual(plain, continued);
        Assert.Equal(continued, await Decode(first.Stems));
        Assert.NotEqual(continued, await Decode(second.Stems));

        async Task<SongPrompt> Load(float[] vocal, float[] accompaniment)
        {
            string mixFile = await Save("mix.wav", [.. vocal.Zip(accompaniment, (a, b) => a + b)]);
            return await loader.LoadAsync(PromptAudio.Read(mixFile, await Save("vocal.wav", vocal)), Ct);
        }

        async Task<float[]> Decode(StemPair? stems)
        {
            var sound = new List<float>();
            await foreach (Waveform block in codec.DecodeAsync(first.Tokens, new() { Steps = 2, Prompt = stems }, null, Ct))
                sound.AddRange(block.Channels[0]);
            return [.. sound];
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static int[] Row(SongPrompt prompt, SongPart part) => prompt.Tokens.Row(part).ToArray();

    /// <summary>A second and a half of a tone whose strength changes.</summary>
    private static float[] Tone(double hertz, float strength) => [.. Enumerable.Range(0, Rate * 3 / 2).Select(i =>
        strength * (float)(Math.Sin(2 * Math.PI * hertz * i / Rate) * (0.6 + 0.4 * Math.Sin(2 * Math.PI * 3 * i / Rate))))];

    private async Task<string> Save(string name, float[] samples)
    {
        string path = Path.Combine(folder.FullName, name);
        await AudioFile.WriteAsync(path, new([samples], Rate), SampleFormat.Float32, Ct);
        return path;
    }
}
