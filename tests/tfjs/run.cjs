// Runs a TensorFlow.js graph model, on one thread, as programs in browsers do. Usage:
//   node run.cjs outputs MODEL.json INPUT HEIGHT WIDTH OUT NAME...
//     INPUT has height x width x 3 floats; what the nodes of these names compute is written to OUT.0, OUT.1, ...
//   node run.cjs bodypix MODEL.json mobilenet|resnet STRIDE JOBS
//     JOBS is a JSON file, a list of {picture, height, width, resolution, threshold, out}: the picture has
//     height x width x 3 bytes; the library's mask, a byte a pixel, is written to `out`.
// Either prints the milliseconds of the fastest of some runs.
'use strict';
const fs = require('fs');
const path = require('path');
const tf = require('@tensorflow/tfjs-core');
const {loadGraphModel} = require('@tensorflow/tfjs-converter');
require('@tensorflow/tfjs-backend-cpu');
const wasm = require('@tensorflow/tfjs-backend-wasm');

function load(file) {
    const {modelTopology, format, weightsManifest} = JSON.parse(fs.readFileSync(file));
    const files = weightsManifest.flatMap((group) => group.paths);
    const bytes = Buffer.concat(files.map((name) => fs.readFileSync(path.join(path.dirname(file), name))));
    return loadGraphModel({load: async () => ({
        modelTopology,
        format,
        weightSpecs: weightsManifest.flatMap((group) => group.weights),
        weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    })});
}

function fastest(run) {
    let least = Infinity;
    let result;
    for (let round = 0; round < 4; round++) {
        const start = performance.now();
        result = run();
        least = Math.min(least, performance.now() - start);
    }
    console.log(`ms ${least.toFixed(2)}`);
    return result;
}

async function outputs(file, input, height, width, out, ...names) {
    const model = await load(file);
    const bytes = fs.readFileSync(input);
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const picture = tf.tensor4d(values, [1, +height, +width, 3]);
    const feed = {[model.inputs[0].name]: picture};
    const found = fastest(() => [model.execute(feed, names)].flat().map((tensor) => tensor.dataSync()));
    found.forEach((data, index) => fs.writeFileSync(`${out}.${index}`, Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
}

async function bodypix(file, architecture, stride, jobs) {
    const {BodyPix} = require('@tensorflow-models/body-pix/dist/body_pix_model');
    const {MobileNet} = require('@tensorflow-models/body-pix/dist/mobilenet');
    const {ResNet} = require('@tensorflow-models/body-pix/dist/resnet');
    const Network = architecture === 'resnet' ? ResNet : MobileNet;
    const library = new BodyPix(new Network(await load(file), +stride));
    for (const job of JSON.parse(fs.readFileSync(jobs))) {
        const picture = tf.tensor3d(new Uint8Array(fs.readFileSync(job.picture)), [job.height, job.width, 3], 'int32');
        const mask = fastest(() => library.segmentPersonActivation(picture, job.resolution, job.threshold).segmentation.dataSync());
        fs.writeFileSync(job.out, Uint8Array.from(mask));
    }
}

(async () => {
    wasm.setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), path.sep));
    wasm.setThreadsCount(1);
    await tf.setBackend(process.env.BACKEND || 'wasm');
    await tf.ready();
    const [what, ...rest] = process.argv.slice(2);
    await {outputs, bodypix}[what](...rest);
})();
