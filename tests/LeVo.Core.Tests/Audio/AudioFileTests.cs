using System.Buffers.Binary;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Audio;

public sealed class AudioFileTests : IDisposable
{
    private readonly string folder = TestSound.TemporaryFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("tone16.wav")]
    [InlineData("tone16_s24.wav")]
    [InlineData("tone16_s32.wav")]
    [InlineData("tone16_f32.wav")]
    [InlineData("tone16_f64.wav")]
    public void Wav_files_of_another_program_hold_its_samples(string name)
    {
        byte[] raw = File.ReadAllBytes(TestSound.File("tone16.raw"));
        Waveform sound = AudioFile.Read(TestSound.File(name));
        Assert.Equal((8000, 2, raw.Length / 4), (sound.SampleRate, sound.ChannelCount, sound.Length));
        for (int i = 0; i < raw.Length / 2; i++)
        {
            short expected = BinaryPrimitives.ReadInt16LittleEndian(raw.AsSpan(i * 2));
            Assert.Equal(expected / 32768f, sound.Channels[i % 2][i / 2]);
        }
    }

    [Fact]
    public void The_content_tells_the_kind_of_a_file()
    {
        string path = Path.Combine(folder, "flac.wav");
        File.Copy(TestSound.File("tone16_lpc.flac"), path);
        TestSound.AssertEqual(WavFile.Read(TestSound.File("tone16.wav")), AudioFile.Read(path));
        Assert.Contains("can be read", Refused("ID3 mp3").Message, StringComparison.Ordinal);
        Assert.Contains("can be read", Refused("f").Message, StringComparison.Ordinal);
        Assert.Contains("empty", Refused("").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.wav", SampleFormat.Pcm16)]
    [InlineData("a.WAV", SampleFormat.Pcm24)]
    [InlineData("a.wav", SampleFormat.Float32)]
    [InlineData("a.flac", SampleFormat.Pcm16)]
    [InlineData("a.Flac", SampleFormat.Pcm24)]
    public async Task The_extension_tells_the_kind_to_write(string name, SampleFormat format)
    {
        string path = Path.Combine(folder, name);
        Waveform sound = TestSound.Chord(2, 5000);
        await File.WriteAllTextAsync(path, "an older file", TestContext.Current.CancellationToken);
        await AudioFile.WriteAsync(path, sound, format, TestContext.Current.CancellationToken);
        TestSound.AssertEqual(sound, AudioFile.Read(path));
        char first = name.EndsWith("v", StringComparison.OrdinalIgnoreCase) ? 'R' : 'f';
        Assert.Equal(first, (char)File.ReadAllBytes(path)[0]);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("a.mp3", SampleFormat.Pcm16)]
    [InlineData("a", SampleFormat.Pcm16)]
    [InlineData("a.flac", SampleFormat.Float32)]
    public async Task What_cannot_be_written_leaves_no_file(string name, SampleFormat format)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => AudioFile.WriteAsync(
            Path.Combine(folder, name), TestSound.Chord(1, 10), format, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData(".wav")]
    [InlineData(".flac")]
    public void A_cancelled_write_leaves_no_file(string extension)
    {
        using var source = new CancellationTokenSource();
        string path = Path.Combine(folder, "a" + extension);
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(path, stream =>
        {
            source.Cancel(); // after the file was opened
            if (extension == ".wav")
                WavFile.Write(stream, TestSound.Chord(1, 10), SampleFormat.Pcm16, source.Token);
            else
                FlacFile.Write(stream, TestSound.Chord(1, 10), SampleFormat.Pcm16, null, source.Token);
        }));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_older_file()
    {
        string path = Path.Combine(folder, "a.txt");
        await AtomicFile.WriteAsync(path, async (stream, ct) => await stream.WriteAsync("old"u8.ToArray(), ct),
            TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
    }

    /// <summary>What eng/check-audio-files hands to other programs, each sound as .wav and as .flac.</summary>
    [Fact]
    public async Task Files_for_other_programs()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string target = Environment.GetEnvironmentVariable("LEVO_AUDIO_CHECK") ?? folder;
        var sounds = new Dictionary<string, Waveform>
        {
            ["chord"] = TestSound.Chord(2, 100_000, 24),
            ["mono"] = TestSound.Chord(1, 12_289, 24, 44_100),
            ["six"] = TestSound.Chord(6, 5000, 24, 12_345),
            ["one"] = TestSound.Chord(2, 1, 24),
            ["silence"] = Waveform.Silence(2, 10_000, 48_000),
            ["loud"] = new([[1, -1, 1, -1, 0, 0, 1], [-1, 1, -1, 1, 0, 1, 0]], 8000),
        };
        foreach ((string name, Waveform sound) in sounds)
            foreach (SampleFormat format in new[] { SampleFormat.Pcm16, SampleFormat.Pcm24 })
            {
                string path = Path.Combine(target, $"{name}_{format}");
                await AudioFile.WriteAsync(path + ".wav", sound, format, cancellation);
                await AudioFile.WriteAsync(path + ".flac", sound, format, cancellation);
                TestSound.AssertEqual(AudioFile.Read(path + ".wav"), AudioFile.Read(path + ".flac"));
            }
        var song = new Song(new() { Seed = 7 }, new("demo", "0123", 25, TimeSpan.FromSeconds(1), new()),
            SongTokens.FromFrames([]), sounds["chord"]);
        await using (FileStream tagged = File.Create(Path.Combine(target, "tags.flac")))
            await song.SaveAsync(tagged, AudioFormat.Flac, "tags, 歌", cancellationToken: cancellation);
        await AudioFile.WriteAsync(Path.Combine(target, "tags.wav"), song.Audio, SampleFormat.Pcm16, cancellation);
        string floats = Path.Combine(target, "chord_Float32.wav");
        await AudioFile.WriteAsync(floats, sounds["chord"], SampleFormat.Float32, cancellation);
        using var writer = new WavStreamWriter(Path.Combine(target, "six_Blocks.wav"), 6, 12_345, SampleFormat.Float32);
        for (int start = 0; start < 5000; start += 1250)
            writer.Append(sounds["six"].Slice(start, 1250));
        writer.Complete();
    }

    private InvalidDataException Refused(string content)
    {
        string path = Path.Combine(folder, "refused");
        File.WriteAllText(path, content);
        return Assert.Throws<InvalidDataException>(() => AudioFile.Read(path));
    }
}
